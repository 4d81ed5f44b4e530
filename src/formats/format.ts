import type { Codec } from '../profile/file/codec.js';
import type { Profile } from '../profile/profile.js';
import type { FlameGraphOptions } from './svg/options.js';

/** Bytes to be read as a recording: a file, standard input, a dropped file in the browser. */
export interface Source {
  /** For messages only; the name never decides how it is read. */
  readonly name: string;
  /** Total bytes; undefined for a stream. */
  readonly size: number | undefined;
  /** The bytes in order, in pieces of any size. May be called once. A piece is valid until the next is asked for. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Random access where the source allows it. Returns fewer bytes only at the end. */
  readonly read?: (offset: number, length: number) => Promise<Uint8Array>;
}

export interface ReadOptions {
  /**
   * Called whenever the reader has added a batch of samples (some hundred thousand at most), so that a caller who streams can
   * write and drain them. The reader goes on when the promise resolves.
   */
  readonly onBatch?: (profile: Profile) => Promise<void>;
  /** Deflate, for formats that pack their content: it differs between Node and browsers. */
  readonly codec?: Codec;
}

export interface WriteOptions {
  /** As in `ReadOptions`. */
  readonly codec?: Codec;
  /** Of a format that had another form: that one. Of .cpuprofile the tree of before 2016. */
  readonly legacy?: boolean;
  /** How a flame graph looks. */
  readonly flameGraph?: FlameGraphOptions;
}

/** What a recording can have beyond stacks and how many samples each has. */
export const HOLDINGS = [
  'times',
  'weights',
  'cpu time',
  'processes',
  'threads',
  'definitions',
  'executing lines',
  'tiers',
  'layers',
  'packages',
  'inlining',
  'operations',
  'quality',
] as const;
export type Holding = (typeof HOLDINGS)[number];

/** One file format: how to know it, read it, write it. Each has one file or folder, and one line in `index.ts`. */
export interface Format {
  readonly name: string;
  /** One line for `--list`. */
  readonly title: string;
  /** With the dot: `.cpuprofile`. The first is used for new files. */
  readonly extensions: readonly string[];
  /** What survives in it and what is lost, one line. */
  readonly keeps: string;
  /** What a file of it can hold: what is not named here is lost when a recording that has it is written. */
  readonly holds: ReadonlySet<Holding>;
  /** How reading and writing were checked, for `--list`: by whose recordings, and by which independent readers. */
  readonly verified: string;
  /** Whether the first bytes (up to 64 KiB, decompressed) are of this format. Absent for write-only formats. */
  readonly detect?: (head: Uint8Array) => boolean;
  /** Fills `profile`; throws UserError with format, byte or line, and cure. */
  readonly read?: (source: Source, profile: Profile, options: ReadOptions) => Promise<void>;
  /** The file's bytes in pieces, produced as they are asked for. */
  readonly write?: (
    profile: Profile,
    options?: WriteOptions,
  ) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

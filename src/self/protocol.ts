/// <reference types="node" preserve="true" />
import type { MessagePort } from 'node:worker_threads';

/** How a program records itself. */
export interface RecordingOptions {
  /**
   * The recording, in the format that its suffix tells: `.cpuprofile`, `.folded`, else `.stackscope`. A folder gets a
   * file of a name that tells program, time and process; without it that is the working directory.
   */
  readonly file?: string;
  /** Samples per second and thread; default 199. */
  readonly frequencyHz?: number;
}

/** A recording that is being made. When the process ends before it is stopped, it goes up to then. */
export interface Recording {
  /** Where it will be, an absolute path. */
  readonly file: string;
  /**
   * Ends it, and resolves when the file is whole. May be called again, for the same result. Rejects with an error
   * whose `code` is in docs/errors.md when it could not be written.
   */
  stop(): Promise<RecordingResult>;
}

/** What has become of a recording. */
export interface RecordingResult {
  /** Absolute path. */
  readonly file: string;
  readonly samples: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** How long the start of the profiler stopped a thread, at most. */
  readonly pauseMs: number;
}

/** What the main thread hands to the recorder's. */
export interface RecorderData {
  /** Absolute: a file, or a folder for one of a name that tells program, time and process. */
  readonly place: string;
  readonly frequencyHz: number;
  /** Whether it says on stderr what it does. */
  readonly tells: boolean;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** From the streamer. */
  readonly port: MessagePort;
  /** Becomes 1 when the file is whole, or never will be. */
  readonly done: Int32Array;
}

/** What the recorder tells. The one message to it is why it is to stop. */
export type RecorderMessage =
  | { readonly kind: 'recording'; readonly file: string }
  | { readonly kind: 'done'; readonly result: RecordingResult }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

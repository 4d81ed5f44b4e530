import { readU64 } from './event-attr.js';
import { viewOf } from './header.js';

/** Feature sections that are read, by their numbers in tools/perf/util/header.h. */
export enum Feature {
  BuildId = 2,
  Hostname = 3,
  OsRelease = 4,
  Version = 5,
  Arch = 6,
  NrCpus = 7,
  CpuDesc = 8,
  CmdLine = 11,
  EventDesc = 12,
  ClockId = 23,
  ClockData = 29,
}

/** What a recording says about itself; what it does not say is absent. */
export interface RecordingFeatures {
  hostname?: string;
  osRelease?: string;
  /** perf's own. */
  version?: string;
  /** As `uname -m` says. */
  arch?: string;
  cpusOnline?: number;
  cpu?: string;
  /** perf's own command line. */
  commandLine?: readonly string[];
  /** Names of the events by the ids of their counters. */
  eventNames?: ReadonlyMap<number, string>;
  /** Lower-case hex by path. */
  buildIds?: ReadonlyMap<string, string>;
  /** The clock's number as clock_gettime has it. */
  clockId?: number;
  /** One moment on both clocks: ns since 1970, and ns of the recording's clock. */
  clockData?: { readonly wallNs: number; readonly clockNs: number };
}

/** Adds what feature `number` tells. A section that does not hold what it says adds nothing. */
export function readFeature(
  features: RecordingFeatures,
  number: number,
  bytes: Uint8Array,
  bigEndian: boolean,
): void {
  const reader = new SectionReader(bytes, bigEndian);
  switch (number) {
    case Feature.Hostname:
      assign(features, 'hostname', reader.text());
      break;
    case Feature.OsRelease:
      assign(features, 'osRelease', reader.text());
      break;
    case Feature.Version:
      assign(features, 'version', reader.text());
      break;
    case Feature.Arch:
      assign(features, 'arch', reader.text());
      break;
    case Feature.CpuDesc:
      assign(features, 'cpu', reader.text());
      break;
    case Feature.NrCpus:
      reader.u32();
      assign(features, 'cpusOnline', reader.u32());
      break;
    case Feature.CmdLine:
      assign(features, 'commandLine', reader.texts());
      break;
    case Feature.EventDesc:
      assign(features, 'eventNames', readEventNames(reader));
      break;
    case Feature.BuildId:
      assign(features, 'buildIds', readBuildIds(bytes, bigEndian));
      break;
    case Feature.ClockId:
      assign(features, 'clockId', bytes.length === 8 ? reader.u32() : undefined);
      break;
    case Feature.ClockData:
      assign(features, 'clockData', readClockData(reader));
      break;
  }
}

function assign<K extends keyof RecordingFeatures>(
  features: RecordingFeatures,
  key: K,
  value: RecordingFeatures[K] | undefined,
): void {
  if (value !== undefined) features[key] = value;
}

/** u32 count, u32 attribute size; for each event: attribute, u32 ids, name, ids. */
function readEventNames(reader: SectionReader): Map<number, string> | undefined {
  const names = new Map<number, string>();
  const count = reader.u32() ?? 0;
  const attrSize = reader.u32() ?? 0;
  for (let i = 0; i < count; i++) {
    reader.skip(attrSize);
    const ids = reader.u32();
    const name = reader.text();
    if (ids === undefined || name === undefined) return names;
    for (let id = 0; id < ids; id++) {
      const value = reader.u64();
      if (value === undefined) return names;
      names.set(value, name);
    }
  }
  return names;
}

const BUILD_ID_BYTES = 20;
/** Its size is given in the byte after it (PERF_RECORD_MISC_BUILD_ID_SIZE). */
const MISC_BUILD_ID_SIZE = 1 << 15;

/** Records of u32 type, u16 misc, u16 size, s32 pid, u8[24] build id, path. */
function readBuildIds(bytes: Uint8Array, bigEndian: boolean): Map<string, string> {
  const ids = new Map<string, string>();
  const view = viewOf(bytes);
  for (let at = 0; at + 36 < bytes.length; ) {
    const size = view.getUint16(at + 6, !bigEndian);
    if (size < 36 || at + size > bytes.length) break;
    const sized = (view.getUint16(at + 4, !bigEndian) & MISC_BUILD_ID_SIZE) !== 0;
    const length = sized ? Math.min(bytes[at + 12 + BUILD_ID_BYTES], BUILD_ID_BYTES) : BUILD_ID_BYTES;
    ids.set(textOf(bytes.subarray(at + 36, at + size)), hexOf(bytes.subarray(at + 12, at + 12 + length)));
    at += size;
  }
  return ids;
}

/** u32 version, u32 clock, u64 wall clock in ns, u64 the recording's clock in ns. */
function readClockData(reader: SectionReader): RecordingFeatures['clockData'] {
  reader.skip(8);
  const wallNs = reader.u64();
  const clockNs = reader.u64();
  return wallNs === undefined || clockNs === undefined ? undefined : { wallNs, clockNs };
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const utf8 = new TextDecoder();

/** The text up to the first NUL; what follows it is dirt. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Reads a section from its start; undefined past its end. */
class SectionReader {
  private at = 0;
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly bigEndian: boolean,
  ) {
    this.view = viewOf(bytes);
  }

  skip(length: number): void {
    this.at += length;
  }

  u32(): number | undefined {
    this.at += 4;
    return this.at <= this.bytes.length ? this.view.getUint32(this.at - 4, !this.bigEndian) : undefined;
  }

  u64(): number | undefined {
    this.at += 8;
    return this.at <= this.bytes.length ? readU64(this.view, this.at - 8, !this.bigEndian) : undefined;
  }

  /** u32 length with padding, text. */
  text(): string | undefined {
    const length = this.u32();
    if (length === undefined || this.at + length > this.bytes.length) return undefined;
    this.at += length;
    return textOf(this.bytes.subarray(this.at - length, this.at));
  }

  /** u32 count, texts. */
  texts(): string[] | undefined {
    const texts: string[] = [];
    const count = this.u32() ?? 0;
    for (let i = 0; i < count; i++) {
      const text = this.text();
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }
}

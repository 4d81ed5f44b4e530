import { UserError } from '../../profile/errors.js';
import { Unit } from '../../profile/series.js';
import { reverseBitsOfBytes } from './byte-order.js';

/** `sample_type` bits, in the order the kernel writes the fields (but IDENTIFIER, which is always first). */
export enum SampleBit {
  Ip = 1 << 0,
  Tid = 1 << 1,
  Time = 1 << 2,
  Addr = 1 << 3,
  Read = 1 << 4,
  Callchain = 1 << 5,
  Id = 1 << 6,
  Cpu = 1 << 7,
  Period = 1 << 8,
  StreamId = 1 << 9,
  BranchStack = 1 << 11,
  StackUser = 1 << 13,
  Identifier = 1 << 16,
}

/** The smallest `perf_event_attr` there ever was (PERF_ATTR_SIZE_VER0). */
export const MIN_ATTR_BYTES = 64;

const TYPE_HARDWARE = 0;
const TYPE_SOFTWARE = 1;
const HARDWARE_NAMES = [
  'cycles',
  'instructions',
  'cache-references',
  'cache-misses',
  'branches',
  'branch-misses',
  'bus-cycles',
  'stalled-cycles-frontend',
  'stalled-cycles-backend',
  'ref-cycles',
];
const SOFTWARE_NAMES = [
  'cpu-clock',
  'task-clock',
  'page-faults',
  'context-switches',
  'cpu-migrations',
  'minor-faults',
  'major-faults',
  'alignment-faults',
  'emulation-faults',
  'dummy',
  'bpf-output',
  'cgroup-switches',
];

/** What `struct perf_event_attr` says about one event. Numbers that are 64 bits wide in the file are doubles. */
export interface EventAttr {
  readonly type: number;
  readonly config: number;
  /** Hz when `freq`, else the period of every sample. */
  readonly periodOrFrequency: number;
  readonly freq: boolean;
  readonly sampleType: number;
  readonly readFormat: number;
  readonly sampleIdAll: boolean;
  readonly excludesUserChain: boolean;
  /** 0 when the kernel's own limit holds. */
  readonly maxStack: number;
  /** Ids of its counters, one per CPU or thread, as doubles. */
  readonly ids: readonly number[];
}

/** Parses one attribute; `view` is as long as the attribute, `at` is its offset for the message. */
export function parseAttr(view: DataView, bigEndian: boolean, ids: readonly number[], at: number): EventAttr {
  const little = !bigEndian;
  const size = view.byteLength;
  if (size < MIN_ATTR_BYTES) {
    throw new UserError(
      'PERF_DATA_BAD_ATTR',
      `perf.data: the event attribute at byte ${at} is only ${size} bytes long; the file is damaged, record again.`,
    );
  }
  const bits = view.getUint32(40, true);
  const flags = bigEndian ? reverseBitsOfBytes(bits) : bits;
  return {
    type: view.getUint32(0, little),
    config: readU64(view, 8, little),
    periodOrFrequency: readU64(view, 16, little),
    // No bit that matters here is above the 32nd.
    sampleType: readU64(view, 24, little) >>> 0,
    readFormat: readU64(view, 32, little) >>> 0,
    freq: (flags & (1 << 10)) !== 0,
    sampleIdAll: (flags & (1 << 18)) !== 0,
    excludesUserChain: (flags & (1 << 22)) !== 0,
    maxStack: size >= 110 ? view.getUint16(108, little) : 0,
    ids,
  };
}

/** A u64 as a double: exact up to 2^53, which ids, sizes and times keep below. */
export function readU64(view: DataView, at: number, little: boolean): number {
  const low = view.getUint32(little ? at : at + 4, little);
  const high = view.getUint32(little ? at + 4 : at, little);
  return low + high * 0x1_0000_0000;
}

/** The event's name when the recording tells none. */
export function defaultEventName(attr: EventAttr): string {
  const names =
    attr.type === TYPE_HARDWARE ? HARDWARE_NAMES : attr.type === TYPE_SOFTWARE ? SOFTWARE_NAMES : [];
  return names[attr.config] ?? `event ${attr.type}:${attr.config}`;
}

/** The clocks count ns on a CPU; every other event counts itself. */
export function unitOf(attr: EventAttr): Unit {
  return isClock(attr) ? Unit.CpuNs : Unit.Count;
}

/** The weight of a sample that does not carry its period: ns for the clocks, a number of events else. */
export function fixedPeriod(attr: EventAttr): number {
  if (!attr.freq) return attr.periodOrFrequency;
  return isClock(attr) && attr.periodOrFrequency > 0 ? Math.round(1e9 / attr.periodOrFrequency) : 1;
}

function isClock(attr: EventAttr): boolean {
  return attr.type === TYPE_SOFTWARE && attr.config <= 1;
}

import { type EventAttr, SampleBit } from './event-attr.js';

const READ_TOTAL_TIME_ENABLED = 1;
const READ_TOTAL_TIME_RUNNING = 2;
const READ_ID = 4;
const READ_GROUP = 8;
const READ_LOST = 16;

/**
 * Where the fields of a sample are, in 32-bit words from the record's start; -1 for a field that is not there.
 * All fields up to the read values have a fixed width, and nothing after the callchain is of use to us.
 */
export interface SampleLayout {
  readonly ip: number;
  readonly tid: number;
  readonly time: number;
  readonly id: number;
  readonly period: number;
  /** Start of the read values, -1 without. */
  readonly read: number;
  readonly readFormat: number;
  /** Start of the callchain, of the read values when there are any before it, or of what follows. */
  readonly rest: number;
  readonly hasCallchain: boolean;
}

const FIXED_FIELDS = [
  SampleBit.Identifier,
  SampleBit.Ip,
  SampleBit.Tid,
  SampleBit.Time,
  SampleBit.Addr,
  SampleBit.Id,
  SampleBit.StreamId,
  SampleBit.Cpu,
  SampleBit.Period,
];

export function sampleLayout(attr: EventAttr): SampleLayout {
  const { sampleType } = attr;
  const has = (bit: SampleBit): boolean => (sampleType & bit) !== 0;
  const at = new Map<SampleBit, number>();
  let word = 2;
  for (const bit of FIXED_FIELDS) {
    if (!has(bit)) continue;
    at.set(bit, word);
    word += 2;
  }
  const place = (bit: SampleBit): number => at.get(bit) ?? -1;
  return {
    ip: place(SampleBit.Ip),
    tid: place(SampleBit.Tid),
    time: place(SampleBit.Time),
    id: has(SampleBit.Identifier) ? place(SampleBit.Identifier) : place(SampleBit.Id),
    period: place(SampleBit.Period),
    read: has(SampleBit.Read) ? word : -1,
    readFormat: attr.readFormat,
    rest: word,
    hasCallchain: has(SampleBit.Callchain),
  };
}

/** Where a trailing field of the other records is, in words before the record's end (`sample_id_all`). */
export interface TrailerLayout {
  readonly time: number;
  readonly id: number;
  /** Words of the whole trailer. */
  readonly length: number;
}

const NO_TRAILER: TrailerLayout = { time: -1, id: -1, length: 0 };

export function trailerLayout(attr: EventAttr): TrailerLayout {
  if (!attr.sampleIdAll) return NO_TRAILER;
  let words = 0;
  let time = -1;
  let id = -1;
  const order = [SampleBit.Identifier, SampleBit.Cpu, SampleBit.StreamId, SampleBit.Id, SampleBit.Time];
  for (const bit of order) {
    if ((attr.sampleType & bit) === 0) continue;
    words += 2;
    if (bit === SampleBit.Time) time = words;
    if (bit === SampleBit.Identifier || (bit === SampleBit.Id && id < 0)) id = words;
  }
  const length = words + ((attr.sampleType & SampleBit.Tid) === 0 ? 0 : 2);
  return { time, id, length };
}

/** Number of words of the read values at `words[at]`, or -1 when they would pass `end`. */
export function readValuesLength(words: Uint32Array, at: number, end: number, format: number): number {
  const times = (format & READ_TOTAL_TIME_ENABLED ? 2 : 0) + (format & READ_TOTAL_TIME_RUNNING ? 2 : 0);
  const value = 2 + (format & READ_ID ? 2 : 0) + (format & READ_LOST ? 2 : 0);
  if ((format & READ_GROUP) === 0) return at + times + value <= end ? times + value : -1;
  if (at + 2 > end || words[at + 1] !== 0) return -1;
  const length = 2 + times + words[at] * value;
  return at + length <= end ? length : -1;
}

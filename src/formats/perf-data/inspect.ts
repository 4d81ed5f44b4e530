import { UNIT_NAMES } from '../../profile/series.js';
import type { Source } from '../format.js';
import type { RecordingFeatures } from './features.js';
import { HeadedSource } from './headed-source.js';
import { viewOf } from './header.js';
import { RecordInflater } from './inflate.js';
import { DEFAULT_MAX_STACK } from './limits.js';
import { dataEnd, readHeader, readSections } from './read-perf-data.js';
import { type RecordSink, RecordSplitter } from './record-splitter.js';
import { RecordingMetadata } from './recording-metadata.js';
import { RECORD_HEADER_BYTES, RecordType, recordName } from './records.js';

/** What is in a perf.data, for `stackscope inspect`. */
export interface PerfDataSummary {
  readonly mode: 'file' | 'pipe';
  readonly byteOrder: 'little' | 'big';
  /** Bytes up to the end of the last whole record. */
  readonly bytes: number;
  /** The recording ends within a record, or cannot be read to its end. */
  readonly cut: boolean;
  readonly events: readonly { readonly name: string; readonly unit: string; readonly frequencyHz: number }[];
  /** Number and bytes of records by perf's name of their type, in order of number. */
  readonly records: readonly { readonly type: string; readonly count: number; readonly bytes: number }[];
  readonly features: RecordingFeatures;
}

/**
 * Counts the records of a perf.data, those within compressed ones too, and reads what it says of itself.
 * @throws UserError when it is no perf.data, or its header makes no sense
 */
export async function inspectPerfData(source: Source): Promise<PerfDataSummary> {
  const input = new HeadedSource(source);
  const header = await readHeader(input, source.name);
  const metadata = new RecordingMetadata(header.bigEndian, DEFAULT_MAX_STACK);
  await readSections(input, source, header, metadata);
  const counter = new RecordCounter(metadata, header.bigEndian);
  const splitter = new RecordSplitter(counter, header.bigEndian, header.data.offset);
  const end = dataEnd(header);
  await input.forEachPiece(header.data.offset, end, async (bytes) => {
    for (let next = 0; next < bytes.length; ) next = splitter.feed(bytes, next);
  });
  const isShort = end !== Number.POSITIVE_INFINITY && splitter.position < end;
  return {
    mode: header.pipe ? 'pipe' : 'file',
    byteOrder: header.bigEndian ? 'big' : 'little',
    bytes: splitter.position,
    cut: isShort || splitter.unfinished > 0 || splitter.damagedAt >= 0 || counter.isDamaged,
    events: metadata.events.list.map(({ name, unit, attr }) => ({
      name,
      unit: UNIT_NAMES[unit],
      frequencyHz: attr.freq ? attr.periodOrFrequency : 0,
    })),
    records: counter.summary(),
    features: metadata.features,
  };
}

class RecordCounter implements RecordSink {
  isDamaged = false;
  private readonly counts = new Map<number, { count: number; bytes: number }>();
  private readonly inflater: RecordInflater;

  constructor(
    private readonly metadata: RecordingMetadata,
    private readonly bigEndian: boolean,
  ) {
    const inner = new RecordSplitter(this, bigEndian, 0);
    this.inflater = new RecordInflater((bytes) => {
      for (let next = 0; next < bytes.length; ) next = inner.feed(bytes, next);
    });
  }

  records(bytes: Uint8Array): void {
    const view = viewOf(bytes);
    for (let at = 0; at + RECORD_HEADER_BYTES <= bytes.length; ) {
      const size = view.getUint16(at + 6, !this.bigEndian);
      this.count(view.getUint32(at, !this.bigEndian), size);
      at += size;
    }
  }

  immediate(type: RecordType, record: Uint8Array, at: number): void {
    this.count(type, record.length);
    if (type !== RecordType.Compressed && type !== RecordType.Compressed2) {
      this.metadata.takeRecord(type, record, at);
    } else if (!this.inflater.push(record, this.bigEndian)) this.isDamaged = true;
  }

  summary(): PerfDataSummary['records'] {
    return [...this.counts]
      .sort(([, a], [, b]) => b.count - a.count)
      .map(([type, { count, bytes }]) => ({ type: recordName(type) ?? `type ${type}`, count, bytes }));
  }

  private count(type: number, bytes: number): void {
    const known = this.counts.get(type);
    if (known === undefined) this.counts.set(type, { count: 1, bytes });
    else {
      known.count++;
      known.bytes += bytes;
    }
  }
}

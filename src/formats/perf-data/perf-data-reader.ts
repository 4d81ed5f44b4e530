import type { Profile } from '../../profile/profile.js';
import type { TaskRows } from '../../profile/task-rows.js';
import type { AddressNamer } from './address-namer.js';
import { Damage } from './damage.js';
import { RecordInflater } from './inflate.js';
import { DEFAULT_MAX_STACK } from './limits.js';
import { RecordApplier } from './record-applier.js';
import { RecordIntake } from './record-intake.js';
import { RecordQueue } from './record-queue.js';
import { type RecordSink, RecordSplitter } from './record-splitter.js';
import { RecordingMetadata } from './recording-metadata.js';
import { RecordType } from './records.js';
import { SampleClock } from './sample-clock.js';

/** Samples after which a caller who streams may write and drain them. */
const BATCH = 131_072;

/**
 * Bytes looked at before what is ready is applied, however large the source's pieces are. They are gone over four
 * times (cut, copied, checked, applied), which is a tenth faster while the core's own cache holds them.
 */
const PIECE_BYTES = 128 * 1024;

export interface ReaderOptions {
  readonly namer: AddressNamer;
  readonly bigEndian: boolean;
  /** Offset of the first record in the source, in bytes. */
  readonly offset: number;
  readonly startNs: number | undefined;
  readonly rows: TaskRows;
  /** The recording kernel's depth limit, 127 when not known. */
  readonly kernelMaxStack?: number | undefined;
  readonly onBatch?: ((profile: Profile) => Promise<void>) | undefined;
}

/** Turns the bytes of the records, in order and in pieces of any size, into a profile. */
export class PerfDataReader implements RecordSink {
  readonly metadata: RecordingMetadata;
  readonly clock: SampleClock;
  private readonly damage = new Damage();
  private readonly queue = new RecordQueue();
  private readonly intake: RecordIntake;
  private readonly applier: RecordApplier;
  private readonly splitter: RecordSplitter;
  private inflater: RecordInflater | undefined;
  /** Offset of the first compressed record that cannot be inflated. */
  private notInflatedAt = -1;
  private batched = 0;

  constructor(
    private readonly profile: Profile,
    private readonly options: ReaderOptions,
  ) {
    const { bigEndian, namer, rows } = options;
    this.metadata = new RecordingMetadata(bigEndian, options.kernelMaxStack ?? DEFAULT_MAX_STACK);
    const { events, features } = this.metadata;
    this.clock = new SampleClock(options.startNs);
    this.intake = new RecordIntake(events, this.queue, this.damage, bigEndian);
    this.splitter = new RecordSplitter(this, bigEndian, options.offset);
    this.applier = new RecordApplier(profile, namer, events, this.clock, features, this.damage, rows);
  }

  get samples(): number {
    return this.applier.samples;
  }

  /** Takes the next bytes and applies all that is complete in time; they may be reused when it resolves. */
  async feed(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      const piece = bytes.subarray(from, from + PIECE_BYTES);
      for (let next = 0; next < piece.length; ) {
        next = this.splitter.feed(piece, next);
        await this.applyReady();
      }
    }
  }

  /** No more bytes come: applies the rest, and notes where the recording was cut or damaged. */
  async end(expectedEnd: number | undefined): Promise<void> {
    this.queue.endInput();
    await this.applyReady();
    this.damage.tell(this.profile.quality, this.clock.late);
    this.noteCut(expectedEnd);
  }

  records(bytes: Uint8Array, at: number): void {
    this.intake.take(bytes, at);
  }

  immediate(type: RecordType, record: Uint8Array, at: number): void {
    const { bigEndian } = this.options;
    switch (type) {
      case RecordType.FinishedRound:
        this.queue.endRound();
        break;
      case RecordType.Compressed:
      case RecordType.Compressed2:
        this.inflater ??= this.beginInflating(at);
        if (!this.inflater.push(record, bigEndian) && this.notInflatedAt < 0) this.notInflatedAt = at;
        break;
      default:
        this.metadata.takeRecord(type, record, at);
    }
  }

  private async applyReady(): Promise<void> {
    const { queue, applier, profile } = this;
    const { onBatch } = this.options;
    const ready = queue.sortReady();
    if (ready === 0) return;
    const { places, times } = queue.order;
    for (let i = 0; i < ready; i++) {
      applier.apply(queue.words, places[i], times[i]);
      if (onBatch !== undefined && applier.samples - this.batched >= BATCH) {
        this.batched = applier.samples;
        await onBatch(profile);
      }
    }
    queue.release(ready);
  }

  private beginInflating(at: number): RecordInflater {
    const inner = new RecordSplitter(this, this.options.bigEndian, at);
    return new RecordInflater((bytes) => {
      for (let next = 0; next < bytes.length; ) next = inner.feed(bytes, next);
    });
  }

  private noteCut(expectedEnd: number | undefined): void {
    const { splitter, profile } = this;
    const damagedAt = splitter.damagedAt >= 0 ? splitter.damagedAt : this.notInflatedAt;
    if (damagedAt >= 0) {
      profile.quality.note(
        'PERF_DATA_DAMAGED',
        `The perf.data cannot be read past byte ${damagedAt}: ${this.samples} samples before it were kept.`,
        'Record again if what comes later matters.',
      );
    } else if (splitter.unfinished > 0 || (expectedEnd !== undefined && splitter.position < expectedEnd)) {
      const missing = expectedEnd === undefined ? '' : ` (of ${expectedEnd})`;
      profile.quality.note(
        'PERF_DATA_CUT',
        `The perf.data ends within a record, at byte ${splitter.position}${missing}: ${this.samples} samples before it were kept.`,
        'Record again if what comes later matters; let perf end by itself.',
      );
    }
  }
}

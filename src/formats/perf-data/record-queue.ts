import { PERF_DATA_LIMITS } from './limits.js';
import { RecordOrder } from './record-order.js';

const FIRST_BYTES = 64 * 1024;

/**
 * Holds records back until they can be taken in time order.
 *
 * perf writes what it finds in the buffers of the CPUs one after the other and then a FINISHED_ROUND, so records
 * are ascending only in runs; all that is not newer than the newest record of the *previous* round is complete
 * when a round ends. Files without rounds are cut into windows that are treated as rounds.
 */
export class RecordQueue {
  /** Records as 32-bit words, each starting at an even word. Replaced when it grows. */
  words = new Uint32Array(FIRST_BYTES / 4);
  readonly order = new RecordOrder();
  private bytes = new Uint8Array(this.words.buffer);
  /** The bytes from `live` to `end` may hold records that were not taken. */
  private live = 0;
  private end = 0;
  private roundBytes = 0;
  private newestOfRound = 0;
  private newestOfPreviousRound = 0;
  private takeUpTo = -1;

  /** Copies whole records, each a multiple of 8 bytes (but the last), and returns the word where they start. */
  append(records: Uint8Array): number {
    const length = (records.length + 7) & ~7;
    if (this.roundBytes > PERF_DATA_LIMITS.windowBytes / 2) this.endRound();
    if (this.end + length > this.bytes.length) this.makeRoom(length);
    const start = this.end;
    this.bytes.set(records, start);
    this.end = start + length;
    this.roundBytes += length;
    return start >>> 2;
  }

  /** Puts the record at word `at` in line; `time` in ns. */
  enqueue(at: number, time: number): void {
    this.order.push(at, time);
    if (time > this.newestOfRound) this.newestOfRound = time;
  }

  /** The recorder has looked at all its buffers once more. */
  endRound(): void {
    this.takeUpTo = this.newestOfPreviousRound;
    this.newestOfPreviousRound = this.newestOfRound;
    this.roundBytes = 0;
  }

  /** Nothing more will come: everything may be taken. */
  endInput(): void {
    this.takeUpTo = Number.POSITIVE_INFINITY;
  }

  /** Number of records, from the first in `order`, that may be taken now; they are in time order then. */
  sortReady(): number {
    if (this.takeUpTo < 0) return 0;
    this.order.sort();
    return this.order.countUpTo(this.takeUpTo);
  }

  /** Forgets the first `count` records of `order`, after all that `sortReady` told of were taken. */
  release(count: number): void {
    this.order.remove(count);
    this.live = this.order.lowestPlace(this.end >>> 2) << 2;
    this.takeUpTo = -1;
    if (this.live === this.end) this.moveDown();
  }

  private makeRoom(length: number): void {
    this.moveDown();
    const needed = this.end + length;
    if (needed * 2 <= this.bytes.length) return;
    const words = new Uint32Array(Math.max(needed, this.bytes.length) / 2);
    const bytes = new Uint8Array(words.buffer);
    bytes.set(this.bytes.subarray(0, this.end));
    this.words = words;
    this.bytes = bytes;
  }

  private moveDown(): void {
    if (this.live === 0) return;
    this.bytes.copyWithin(0, this.live, this.end);
    this.order.shift(this.live >>> 2);
    this.end -= this.live;
    this.live = 0;
  }
}

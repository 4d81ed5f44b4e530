import { swapHeader, swapRecord } from './byte-order.js';
import type { Damage } from './damage.js';
import type { Events, RecordedEvent } from './events.js';
import { PERF_DATA_LIMITS } from './limits.js';
import { readValuesLength } from './record-layout.js';
import type { RecordQueue } from './record-queue.js';
import { RecordType, recordName } from './records.js';

/** The least words of each record that is applied; the others are passed over. */
const LEAST_WORDS = new Uint8Array(256);
LEAST_WORDS[RecordType.Mmap] = 12;
LEAST_WORDS[RecordType.Mmap2] = 20;
LEAST_WORDS[RecordType.Comm] = 6;
LEAST_WORDS[RecordType.Fork] = 8;
LEAST_WORDS[RecordType.Exit] = 8;
LEAST_WORDS[RecordType.Lost] = 6;
LEAST_WORDS[RecordType.LostSamples] = 4;
LEAST_WORDS[RecordType.Throttle] = 2;

/**
 * Looks at each record as it comes: turns it into this machine's byte order, checks that it holds what it says, and
 * puts it in line by its time. What gets past here is read without further checks.
 */
export class RecordIntake {
  constructor(
    private readonly events: Events,
    private readonly queue: RecordQueue,
    private readonly damage: Damage,
    private readonly bigEndian: boolean,
  ) {}

  /** Takes whole records; `offset` is that of the first byte in the source. */
  take(records: Uint8Array, offset: number): void {
    const { queue } = this;
    const start = queue.append(records);
    const { words } = queue;
    const last = start + (records.length >>> 2);
    for (let at = start; at < last; ) {
      if (this.bigEndian) swapHeader(words, at);
      const end = at + (words[at + 1] >>> 18);
      const type = words[at];
      if (type === RecordType.Sample) this.takeSample(words, at, end, offset - start * 4);
      else if (type < 256 && LEAST_WORDS[type] > 0) this.takeOther(words, at, end, offset - start * 4);
      else if (recordName(type) === undefined) this.damage.unknownType(type);
      at = end;
    }
  }

  private takeSample(words: Uint32Array, at: number, end: number, base: number): void {
    const { first } = this.events;
    if (first === undefined || at + first.layout.rest > end) {
      this.damage.badRecord(base + at * 4);
      return;
    }
    if (this.bigEndian) swapRecord(words, at, end, first.layout.tid, first.trailer.length);
    const event = this.events.ofSample(words, at, end);
    // Samples of events that are not known are counted when their turn comes.
    if (event !== undefined && !holdsChain(words, at, end, event)) {
      this.damage.badRecord(base + at * 4);
      return;
    }
    const { time } = (event ?? first).layout;
    this.enqueue(at, time < 0 ? 0 : timeAt(words, at + time), base);
  }

  private takeOther(words: Uint32Array, at: number, end: number, base: number): void {
    const { first } = this.events;
    if (at + LEAST_WORDS[words[at]] > end) {
      this.damage.badRecord(base + at * 4);
      return;
    }
    if (this.bigEndian) swapRecord(words, at, end, -1, first?.trailer.length ?? 0);
    const place = this.events.ofTrailer(words, at, end)?.trailer.time ?? -1;
    const hasTime = place >= 0 && end - place >= at + 2;
    this.enqueue(at, hasTime ? timeAt(words, end - place) : 0, base);
  }

  private enqueue(at: number, ns: number, base: number): void {
    if (ns < PERF_DATA_LIMITS.timeNs) this.queue.enqueue(at, ns);
    else this.damage.badRecord(base + at * 4);
  }
}

/** Whether a sample is as long as its fixed fields, read values and callchain ask for. */
function holdsChain(words: Uint32Array, at: number, end: number, { layout }: RecordedEvent): boolean {
  let chain = at + layout.rest;
  if (chain > end) return false;
  if (!layout.hasCallchain) return true;
  if (layout.read >= 0) {
    const length = readValuesLength(words, chain, end, layout.readFormat);
    if (length < 0) return false;
    chain += length;
  }
  return chain + 2 <= end && words[chain + 1] === 0 && words[chain] <= (end - chain - 2) / 2;
}

/** ns; ~0 stands for "no time" in some records. */
function timeAt(words: Uint32Array, at: number): number {
  const high = words[at + 1];
  return high === 0xffffffff ? 0 : words[at] + high * 0x1_0000_0000;
}

import { Malformed } from '../../profile/malformed.js';
import { NUMBERS_AT_ONCE } from '../json/shape.js';
import type { NumberBlocks } from './number-blocks.js';
import { time } from './values.js';

/** A run of samples in order of time. The arrays are used again for the next. */
export interface TimedRun {
  readonly count: number;
  /** Microseconds on the file's clock. */
  readonly times: Float64Array;
  /** Ids of nodes. */
  readonly ids: Float64Array;
}

const AT_ONCE = 16 * NUMBERS_AT_ONCE;
/** Samples that are held back because others are earlier than they and come later. */
const MAX_UNSORTED = 4_194_304;
const NONE: TimedRun = { count: 0, times: new Float64Array(0), ids: new Float64Array(0) };

/**
 * The samples in order of time, in runs, with little more in memory than the file's own numbers. V8 may write them
 * out of order, its deltas are negative then; DevTools sorts them, and so do we: what comes later in the file and is
 * earlier than the samples at hand is found by a look ahead at the least time of each later part.
 */
export class TimedSamples {
  private readonly times = new Float64Array(AT_ONCE);
  private readonly ids = new Float64Array(AT_ONCE);

  constructor(
    private readonly samples: NumberBlocks,
    /** One for each sample, or fewer where the file was cut. */
    private readonly given: NumberBlocks,
    /** For differences: what the first one is to; undefined when times are given. */
    private readonly startTime: number | undefined,
    private readonly field: string,
  ) {}

  *runs(): Generator<TimedRun> {
    // Differences that are not negative are in order.
    if (this.startTime !== undefined && !this.given.hasNegative) yield* this.parts();
    else yield* this.sortedRuns();
  }

  private *sortedRuns(): Generator<TimedRun> {
    const leastFrom = this.leastTimes();
    let held = NONE;
    let part = 0;
    for (const run of this.parts()) {
      const all = inOrder(held, run);
      const least = leastFrom[++part];
      let ready = all.count;
      while (ready > 0 && all.times[ready - 1] > least) ready--;
      yield { ...all, count: ready };
      held = {
        count: all.count - ready,
        times: all.times.slice(ready, all.count),
        ids: all.ids.slice(ready, all.count),
      };
    }
  }

  /** By part of `AT_ONCE` samples: the least time from its beginning to the end of the file. */
  private leastTimes(): Float64Array {
    const parts = Math.ceil(this.given.length / AT_ONCE);
    const least = new Float64Array(parts + 1).fill(Number.POSITIVE_INFINITY);
    let part = 0;
    for (const { times, count } of this.parts()) {
      for (let i = 0; i < count; i++) if (times[i] < least[part]) least[part] = times[i];
      part++;
    }
    for (part = parts - 1; part >= 0; part--) least[part] = Math.min(least[part], least[part + 1]);
    return least;
  }

  /** The samples as the file has them. */
  private *parts(): Generator<TimedRun> {
    const { times, ids, startTime, field } = this;
    let now = startTime ?? 0;
    for (let first = 0; first < this.given.length; first += AT_ONCE) {
      const count = this.given.read(first, times);
      if (this.samples.read(first, ids) < count) {
        throw new Malformed(`${field} has more entries than there are samples`);
      }
      for (let i = 0; i < count; i++) {
        const told = times[i];
        now = startTime === undefined ? told : now + told;
        if (!(now >= 0 && now <= Number.MAX_SAFE_INTEGER)) time(now, `${field}[${first + i}]`, told);
        times[i] = now;
      }
      yield { count, times, ids };
    }
  }
}

function inOrder(held: TimedRun, { count, times, ids }: TimedRun): TimedRun {
  const allTimes = new Float64Array(held.count + count);
  const allIds = new Float64Array(held.count + count);
  for (const [into, before, part] of [
    [allTimes, held.times, times],
    [allIds, held.ids, ids],
  ]) {
    into.set(before);
    into.set(part.subarray(0, count), held.count);
  }
  if (isSorted(allTimes)) return { count: allTimes.length, times: allTimes, ids: allIds };
  if (allTimes.length > MAX_UNSORTED) {
    throw new Malformed(`more than ${MAX_UNSORTED} samples are out of order`);
  }
  const order = Uint32Array.from(allTimes.keys()).sort((a, b) => allTimes[a] - allTimes[b] || a - b);
  return {
    count: order.length,
    times: Float64Array.from(order, (i) => allTimes[i]),
    ids: Float64Array.from(order, (i) => allIds[i]),
  };
}

function isSorted(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i] < times[i - 1]) return false;
  return true;
}

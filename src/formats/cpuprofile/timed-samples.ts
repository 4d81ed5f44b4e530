import { Malformed } from '../../profile/malformed.js';
import { NUMBERS_AT_ONCE } from '../json/shape.js';
import type { NumberBlocks } from './number-blocks.js';
import { time } from './values.js';

/** A run of samples in order of time. */
export interface TimedRun {
  readonly count: number;
  /** Microseconds on the file's clock. */
  readonly times: Float64Array;
  /** Index of each sample in the file. */
  readonly samples: Uint32Array;
}

const AT_ONCE = 16 * NUMBERS_AT_ONCE;

/**
 * The samples in order of time, in runs, with little more in memory than the file's own numbers. V8 may write them
 * out of order, its deltas are negative then; DevTools sorts them, and so do we: what comes later in the file and is
 * earlier than the samples at hand is found by a look ahead at the least time of each later part.
 */
export class TimedSamples {
  private readonly count: number;
  /** By part of `AT_ONCE` samples: the least time from its beginning to the end of the file. */
  private readonly leastFrom: Float64Array;
  private readonly numbers = new Float64Array(AT_ONCE);

  constructor(
    private readonly given: NumberBlocks,
    /** For differences: what the first one is to; undefined when times are given. */
    private readonly startTime: number | undefined,
    private readonly field: string,
  ) {
    this.count = given.length;
    const parts = Math.ceil(this.count / AT_ONCE);
    this.leastFrom = new Float64Array(parts + 1).fill(Number.POSITIVE_INFINITY);
    for (const { part, times, count } of this.parts()) {
      for (let i = 0; i < count; i++) if (times[i] < this.leastFrom[part]) this.leastFrom[part] = times[i];
    }
    for (let part = parts - 1; part >= 0; part--) {
      this.leastFrom[part] = Math.min(this.leastFrom[part], this.leastFrom[part + 1]);
    }
  }

  *runs(): Generator<TimedRun> {
    let held: TimedRun = { count: 0, times: new Float64Array(0), samples: new Uint32Array(0) };
    for (const { part, times, count } of this.parts()) {
      const all = inOrder(held, times, count, part * AT_ONCE);
      const least = this.leastFrom[part + 1];
      let ready = all.count;
      while (ready > 0 && all.times[ready - 1] > least) ready--;
      yield { ...all, count: ready };
      held = {
        count: all.count - ready,
        times: all.times.slice(ready, all.count),
        samples: all.samples.slice(ready, all.count),
      };
    }
  }

  /** The times as the file has them, in parts; the array is used again. */
  private *parts(): Generator<{ part: number; times: Float64Array; count: number }> {
    let now = this.startTime ?? 0;
    const { numbers, startTime, field } = this;
    for (let part = 0; part * AT_ONCE < this.count; part++) {
      const count = this.given.read(part * AT_ONCE, numbers);
      for (let i = 0; i < count; i++) {
        const told = numbers[i];
        now = startTime === undefined ? told : now + told;
        if (!(now >= 0 && now <= Number.MAX_SAFE_INTEGER)) time(now, `${field}[${part * AT_ONCE + i}]`, told);
        numbers[i] = now;
      }
      yield { part, times: numbers, count };
    }
  }
}

function inOrder(held: TimedRun, times: Float64Array, count: number, first: number): TimedRun {
  const all = new Float64Array(held.count + count);
  all.set(held.times);
  all.set(times.subarray(0, count), held.count);
  const samples = new Uint32Array(all.length);
  samples.set(held.samples);
  for (let i = 0; i < count; i++) samples[held.count + i] = first + i;
  if (isSorted(all)) return { count: all.length, times: all, samples };
  if (all.length > MAX_UNSORTED) throw new Malformed(`more than ${MAX_UNSORTED} samples are out of order`);
  const order = Uint32Array.from(all.keys()).sort((a, b) => all[a] - all[b] || a - b);
  return {
    count: all.length,
    times: Float64Array.from(order, (i) => all[i]),
    samples: Uint32Array.from(order, (i) => samples[i]),
  };
}

/** Samples that are held back because others are earlier than they and come later. */
const MAX_UNSORTED = 4_194_304;

function isSorted(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i] < times[i - 1]) return false;
  return true;
}

import type { V8Profile } from './v8-profile.js';
import type { V8Stacks } from './v8-stacks.js';

/** Samples by the wall time each stands for, on V8's clock in microseconds: one behind the other, without a gap. */
export interface V8Samples {
  readonly begins: Float64Array;
  readonly ends: Float64Array;
  readonly stacks: Uint32Array;
  readonly length: number;
}

/**
 * The samples of a timed profile, each with the wall time until the next, the last until the profile's end. Together
 * they stand for the time from `from`, or the first sample if that is later, to `endTime`.
 */
export function v8Samples(v8: V8Profile, stacks: V8Stacks, from: number): V8Samples {
  const { samples, times } = v8;
  const begins = new Float64Array(samples.length);
  const ends = new Float64Array(samples.length);
  const ids = new Uint32Array(samples.length);
  let length = 0;
  for (let i = 0; i < samples.length; i++) {
    const begin = Math.max(times[i], from);
    const end = Math.max(i + 1 < samples.length ? times[i + 1] : v8.endTime, from);
    if (end <= begin) continue;
    begins[length] = begin;
    ends[length] = end;
    ids[length++] = stacks.stackOf(samples[i]);
  }
  return { begins, ends, stacks: ids, length };
}

import type { Series } from '../../profile/series.js';
import type { V8Profile } from './v8-profile.js';
import type { V8Stacks } from './v8-stacks.js';

/** Where the samples of one profile go. */
export interface Placement {
  /** Time 0 of the recording on V8's clock, in microseconds. */
  readonly zero: number;
  /** Samples count from this time on, V8's clock: what is before it was counted already, or is no work. */
  readonly from: number;
}

/**
 * Adds the samples of a timed profile to `series`, each weighing the wall time until the next, the last until the
 * profile's end, in ns. Their sum is the time from `from`, or the first sample if that is later, to `endTime`.
 */
export function addV8Samples(
  series: Series,
  v8: V8Profile,
  stacks: V8Stacks,
  { zero, from }: Placement,
): void {
  const { samples, times } = v8;
  for (let i = 0; i < samples.length; i++) {
    const begin = Math.max(times[i], from);
    const end = Math.max(i + 1 < samples.length ? times[i + 1] : v8.endTime, from);
    if (end > begin) series.add(Math.round(begin - zero), stacks.stackOf(samples[i]), (end - begin) * 1000);
  }
}

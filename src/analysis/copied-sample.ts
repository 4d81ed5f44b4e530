import type { Profile } from '../profile/profile.js';
import type { Series } from '../profile/series.js';
import type { StackId } from '../profile/stacks.js';

/** An empty series of the same event, of `thread` of the same or another profile. */
export function seriesLike(profile: Profile, thread: number, { event, unit, timed, cpu }: Series): Series {
  return profile.addSeries(thread, event, unit, timed, cpu !== undefined);
}

/** Adds sample `i` of `from`, as it is but for its stack, and later by `offsetUs`. */
export function copySample(from: Series, i: number, into: Series, stack: StackId, offsetUs = 0): void {
  into.add(from.times.data[i] + offsetUs, stack, from.weights.data[i], from.cpu?.data[i]);
}

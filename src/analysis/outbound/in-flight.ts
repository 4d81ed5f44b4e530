/** Intervals as [from, to) in microseconds. */
export type Interval = readonly [from: number, to: number];

/** Length of the time that at least one interval covers. */
export function coveredTime(intervals: readonly Interval[]): number {
  return overlapTime(intervals, [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]]);
}

/**
 * The integral over time of how many of `these` and of `those` are open, the lesser of both: of requests and calls,
 * how long requests were in flight that can have waited for a call.
 */
export function overlapTime(these: readonly Interval[], those: readonly Interval[]): number {
  const events: { readonly time: number; readonly step: number; readonly isThis: boolean }[] = [];
  for (const [intervals, isThis] of [
    [these, true],
    [those, false],
  ] as const) {
    for (const [from, to] of intervals) {
      if (!(to > from)) continue;
      events.push({ time: from, step: 1, isThis }, { time: to, step: -1, isThis });
    }
  }
  events.sort((a, b) => a.time - b.time);
  let sum = 0;
  let open = 0;
  let others = 0;
  for (let i = 0; i < events.length; i++) {
    if (events[i].isThis) open += events[i].step;
    else others += events[i].step;
    const lesser = Math.min(open, others);
    if (lesser > 0) sum += lesser * (events[i + 1].time - events[i].time);
  }
  return sum;
}

import type { Call } from './calls.js';

/** How long calls took, in microseconds; NaN when none has a duration. */
export interface Spread {
  readonly totalUs: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly maxUs: number;
}

/** Of the calls whose duration is known, each counted as often as it stands for. */
export function spreadOf(calls: readonly Call[]): Spread {
  const known = calls
    .filter(({ durationUs }) => !Number.isNaN(durationUs))
    .sort((a, b) => a.durationUs - b.durationUs);
  const count = known.reduce((sum, call) => sum + call.count, 0);
  return {
    totalUs: known.reduce((sum, call) => sum + call.durationUs * call.count, 0),
    p50Us: quantile(known, count * 0.5),
    p95Us: quantile(known, count * 0.95),
    maxUs: known.at(-1)?.durationUs ?? Number.NaN,
  };
}

/** The nearest rank: the least duration that so many calls did not exceed. */
function quantile(sorted: readonly Call[], rank: number): number {
  let seen = 0;
  for (const { durationUs, count } of sorted) {
    seen += count;
    if (seen >= rank) return durationUs;
  }
  return Number.NaN;
}

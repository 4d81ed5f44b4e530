import { expect } from 'vitest';
import { select } from '../../../src/analysis/selection.js';
import { summarize } from '../../../src/analysis/summary.js';
import type { Profile } from '../../../src/profile/profile.js';
import type { Unit } from '../../../src/profile/series.js';

/** Of the function with all it calls, by whoever names JavaScript. */
export function functionShare(profile: Profile, name: string): number {
  const { functions, javascript } = summarize(select(profile));
  return (javascript ?? { functions }).functions.find((each) => each.name === name)?.totalShare ?? 0;
}

/** Each thread has one row, one series an event at most, and all weights are where their samples are. */
export function checkThreads({ threads, series, processes }: Profile): void {
  const ids = Array.from({ length: threads.length }, (_, id) => threads.columns.tid.data[id]);
  expect(ids.length).toBe(new Set(ids).size);
  const pids = processes.columns.pid.data.subarray(0, processes.length);
  expect(pids.length).toBe(new Set(pids).size);
  const keys = series.map(({ thread, event }) => `${thread} ${event}`);
  expect(keys.length).toBe(new Set(keys).size);
  for (const { weights, pending, totalWeight } of series) {
    expect(weights.data.subarray(0, pending).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(
      totalWeight,
      0,
    );
  }
}

export function weightOf(profile: Profile, unit: Unit): number {
  return profile.series.filter((each) => each.unit === unit).reduce((sum, each) => sum + each.totalWeight, 0);
}

import type { Profile } from '../../src/profile/profile.js';
import type { Series } from '../../src/profile/series.js';
import { ROOT } from '../../src/profile/stacks.js';

/** Weight by function name, or by place as pprof-nodejs writes it: of the function itself, and with all it called. */
export type FunctionWeights = Map<string, [self: number, total: number]>;

/** Of all series of one event. */
export function functionWeights(profile: Profile, event: string): FunctionWeights {
  const weights: FunctionWeights = new Map();
  for (const series of profile.series)
    if (series.event === event) addSeries(profile, series, weights, 'name');
  return weights;
}

/** Of one series; functions of one name are told apart, and their sums added up, as the Firefox Profiler does. */
export function seriesFunctions(profile: Profile, series: Series): FunctionWeights {
  const weights: FunctionWeights = new Map();
  addSeries(profile, series, weights, 'function');
  return weights;
}

function addSeries(
  profile: Profile,
  series: Series,
  weights: FunctionWeights,
  once: 'name' | 'function',
): void {
  const { stacks, frames, functions } = profile;
  const { line, column } = functions.columns;
  for (let i = 0; i < series.pending; i++) {
    const seen = new Set<string | number>();
    const leaf = series.stacks.data[i];
    for (let at = leaf; at !== ROOT; at = stacks.columns.parent.data[at]) {
      const func = frames.func(stacks.columns.frame.data[at]);
      const name = functions.name(func) || `(anonymous:L#${line.data[func]}:C#${column.data[func]})`;
      const sums = weights.get(name) ?? [0, 0];
      if (at === leaf) sums[0] += series.weights.data[i];
      const identity = once === 'name' ? name : func;
      if (!seen.has(identity)) sums[1] += series.weights.data[i];
      seen.add(identity);
      weights.set(name, sums);
    }
  }
}

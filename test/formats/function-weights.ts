import type { Profile } from '../../src/profile/profile.js';
import { ROOT } from '../../src/profile/stacks.js';

/** Weight of one event by function name, or by place as pprof-nodejs writes it: itself, and with all it called. */
export function functionWeights(profile: Profile, event: string): Map<string, [number, number]> {
  const { stacks, frames, functions } = profile;
  const weights = new Map<string, [number, number]>();
  for (const series of profile.series) {
    if (series.event !== event) continue;
    for (let i = 0; i < series.pending; i++) {
      const seen = new Set<string>();
      const leaf = series.stacks.data[i];
      for (let at = leaf; at !== ROOT; at = stacks.columns.parent.data[at]) {
        const func = frames.func(stacks.columns.frame.data[at]);
        const { line, column } = functions.columns;
        const name = functions.name(func) || `(anonymous:L#${line.data[func]}:C#${column.data[func]})`;
        const sums = weights.get(name) ?? [0, 0];
        if (at === leaf) sums[0] += series.weights.data[i];
        if (!seen.has(name)) sums[1] += series.weights.data[i];
        seen.add(name);
        weights.set(name, sums);
      }
    }
  }
  return weights;
}

import { FrameKind } from '../../src/profile/frames.js';
import { MARKER_NAMES } from '../../src/profile/marker-frames.js';
import type { Profile } from '../../src/profile/profile.js';
import type { Series } from '../../src/profile/series.js';
import { ROOT } from '../../src/profile/stacks.js';

/** Weight by stack of names, outermost first, over all samples or those of some series. */
export function stackSums(profile: Profile, series: readonly Series[] = profile.series): Map<string, number> {
  const { stacks, frames, functions } = profile;
  const sums = new Map<string, number>();
  for (const each of series) {
    for (let i = 0; i < each.pending; i++) {
      const names: string[] = [];
      for (let at = each.stacks.data[i]; at !== ROOT; at = stacks.columns.parent.data[at]) {
        const frame = stacks.columns.frame.data[at];
        const kind = frames.kind(frame);
        names.unshift(kind === FrameKind.Call ? functions.name(frames.func(frame)) : MARKER_NAMES[kind]);
      }
      const key = names.join(';');
      sums.set(key, (sums.get(key) ?? 0) + each.weights.data[i]);
    }
  }
  return sums;
}

import type { Profile } from '../../profile/profile.js';
import { ROOT } from '../../profile/stacks.js';
import { copySample, seriesLike } from '../copied-sample.js';
import { derivedProfile } from './derived-profile.js';
import { LEFT_OUT, remapStacks } from './stack-fates.js';

/** A profile in which another frame stands for each frame; `standIns` adds the new ones to the profile it is given. */
export function withFrames(profile: Profile, standIns: (derived: Profile) => Uint32Array): Profile {
  const derived = derivedProfile(profile);
  const fates = { stands: standIns(derived), foldRuns: () => false };
  copySamples(
    profile,
    derived,
    remapStacks(profile, derived, fates, usedStacks(profile), () => ROOT),
  );
  return derived;
}

/** A profile without the samples of the stacks that `leave` marks with 1. */
export function withoutStacks(profile: Profile, leave: Uint8Array): Profile {
  const derived = Object.assign(derivedProfile(profile), { stacks: profile.stacks });
  const remap = Uint32Array.from(leave, (out, stack) => (out === 1 ? LEFT_OUT : stack));
  copySamples(profile, derived, remap);
  return derived;
}

const OPERATION_STACKS = ['stack', 'cause', 'asyncStack'] as const;

/** The stacks that samples and operations have, and their callers, 1 each. */
export function usedStacks({ stacks, series, operations }: Profile): Uint8Array {
  const parents = stacks.columns.parent.data;
  const used = new Uint8Array(stacks.length);
  for (const { pending, stacks: ids } of series) for (let i = 0; i < pending; i++) used[ids.data[i]] = 1;
  for (const column of OPERATION_STACKS) {
    const { data, length } = operations.columns[column];
    for (let row = 0; row < length; row++) used[data[row]] = 1;
  }
  for (let id = used.length - 1; id > 0; id--) if (used[id] === 1) used[parents[id]] = 1;
  return used;
}

/** Gives `derived` the samples and operations of `profile`, each with its new stack. */
export function copySamples(profile: Profile, derived: Profile, remap: Uint32Array): void {
  for (const series of profile.series) {
    const copy = seriesLike(derived, series.thread, series);
    for (let i = 0; i < series.pending; i++) {
      const stack = remap[series.stacks.data[i]];
      if (stack !== LEFT_OUT) copySample(series, i, copy, stack);
    }
  }
  for (const column of OPERATION_STACKS) {
    const { data, length } = derived.operations.columns[column];
    for (let row = 0; row < length; row++)
      data[row] = remap[data[row]] === LEFT_OUT ? ROOT : remap[data[row]];
  }
}

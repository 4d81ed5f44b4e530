/**
 * Views: other ways to look at the same recording. Frames are hidden, runs of frames made one, or samples left out, and
 * it is told whose time went where; the recording itself is never changed.
 */
import { CALL_FRAME } from '../../profile/frames.js';
import { Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { matchingFunctions } from '../function-patterns.js';
import { type Collapse, representatives } from './collapse.js';
import { derivedProfile } from './derived-profile.js';
import { type ViewWeights, viewWeights } from './folded-weights.js';
import { hiddenFunctions } from './hides.js';
import { copySamples, usedStacks } from './restacked.js';
import { remapStacks } from './stack-fates.js';

export type { Collapse } from './collapse.js';
export { COLLAPSES } from './collapse.js';
export type { ViewWeights } from './folded-weights.js';
export { HIDE_NAMES } from './hides.js';

/** In the order in which they are done: drop, focus, hide, collapse. */
export interface ViewOptions {
  /** Leave out samples with a function on their stack whose `name file` matches. */
  readonly drop?: RegExp;
  /** Let stacks begin at their outermost function whose `name file` matches; leave out samples without one. */
  readonly focus?: RegExp;
  /** Groups and layers, of `HIDE_NAMES`, whose frames are taken out; their time is their caller's. */
  readonly hide?: readonly string[];
  /** Hide all that is not the application's. */
  readonly onlyApp?: boolean;
  readonly collapse?: readonly Collapse[];
}

/** What of the view is seen in place of a stack of which nothing is left: its time must be somebody's. */
export const HIDDEN_NAME = '(hidden)';

export interface View extends ViewWeights {
  /** A profile of its own; functions of the recording have the same ids in it. */
  readonly profile: Profile;
}

/**
 * Looks at a profile through a view. Weights are conserved: what is not left out stays, in the same series and at the
 * same times. The samples must be in memory.
 * @throws RangeError when `hide` names what cannot be hidden
 */
export function viewProfile(profile: Profile, options: ViewOptions): View {
  const derived = derivedProfile(profile);
  const collapses = options.collapse ?? [];
  const stands = representatives(derived, collapses);
  const groups = new Set(collapses.includes('recursion') ? [] : stands.filter((frame, id) => frame !== id));
  const fates = {
    stands,
    hidden: hides(profile, options),
    dropped: options.drop && matchingFunctions(profile, options.drop),
    focused: options.focus && matchingFunctions(profile, options.focus),
    foldRuns: (frame: number) => collapses.includes('recursion') || groups.has(frame),
  };
  const remap = remapStacks(profile, derived, fates, usedStacks(profile), () => hiddenStack(derived));
  copySamples(profile, derived, remap);
  return { profile: derived, ...viewWeights(profile, derived, remap) };
}

function hides(profile: Profile, { hide, onlyApp }: ViewOptions): Uint8Array | undefined {
  if (onlyApp === true) {
    const { layer } = profile.functions.columns;
    return layer.data.slice(0, profile.functions.length).map((id) => (id === Layer.Application ? 0 : 1));
  }
  return hide === undefined || hide.length === 0 ? undefined : hiddenFunctions(profile, hide);
}

function hiddenStack({ functions, frames, stacks }: Profile): StackId {
  const key = { name: HIDDEN_NAME, script: 0, mapping: 0, line: 0, column: 0 };
  return stacks.intern(
    ROOT,
    frames.intern({ ...CALL_FRAME, func: functions.intern(key, Layer.Unknown, '') }),
  );
}

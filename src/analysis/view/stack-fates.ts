import { FrameKind } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { frameFunctions, NO_FUNCTION } from '../own-functions.js';
import { stackKinds } from '../stack-kinds.js';

/** Stands for a stack whose samples are left out. */
export const LEFT_OUT = 0xffffffff;

/** What a view does to functions, 1 for those it concerns; undefined where the view does no such thing. */
export interface FunctionFates {
  /** Its frames are taken out; what they did is their caller's. */
  readonly hidden?: Uint8Array | undefined;
  /** Samples with one of these on their stack are left out. */
  readonly dropped?: Uint8Array | undefined;
  /** Stacks begin at the outermost of these; samples without one are left out. */
  readonly focused?: Uint8Array | undefined;
  /** The frame that stands for each frame. */
  readonly stands: Uint32Array;
  /** Frames of a function that calls itself, or of a group that a frame stands for, become one. */
  readonly foldRuns: (frame: number) => boolean;
}

/**
 * Makes in `derived` the stacks that those of `profile` become, and returns the new stack of each stack in `used`, or
 * `LEFT_OUT`. A stack with nothing left becomes `nothing`. One pass, parents before children.
 */
export function remapStacks(
  profile: Profile,
  derived: Profile,
  fates: FunctionFates,
  used: Uint8Array,
  nothing: () => StackId,
): Uint32Array {
  const { parent, frame } = profile.stacks.columns;
  const { length } = profile.stacks;
  const funcOf = frameFunctions(profile);
  const idle = idleStacks(profile);
  const { hidden, dropped, focused, stands } = fates;
  /** The new stack while frames are still to come: `ROOT` where nothing is left so far. */
  const remap = new Uint32Array(length);
  const inFocus = new Uint8Array(length).fill(focused === undefined ? 1 : 0);
  const isDropped = new Uint8Array(length);
  for (let id = 1; id < length; id++) {
    if (used[id] === 0) continue;
    const func = funcOf[frame.data[id]];
    const isCall = func !== NO_FUNCTION;
    isDropped[id] = isDropped[parent.data[id]] || (isCall && dropped?.[func] === 1) ? 1 : 0;
    inFocus[id] ||= inFocus[parent.data[id]] || (isCall && focused?.[func] === 1) ? 1 : 0;
    if (isDropped[id] === 1 || (inFocus[id] === 0 && idle[id] === 0)) continue;
    const base = remap[parent.data[id]];
    remap[id] = isCall && hidden?.[func] === 1 ? base : callee(derived, base, stands[frame.data[id]], fates);
  }
  for (let id = 0; id < length; id++) {
    const isOut = isDropped[id] === 1 || (inFocus[id] === 0 && idle[id] === 0);
    if (isOut) remap[id] = LEFT_OUT;
    else if (used[id] === 1 && remap[id] === ROOT && id !== ROOT) remap[id] = nothing();
  }
  return remap;
}

function callee(
  { stacks, frames }: Profile,
  base: StackId,
  frame: number,
  { foldRuns }: FunctionFates,
): StackId {
  if (base !== ROOT && foldRuns(frame)) {
    const above = stacks.columns.frame.data[base];
    const isSame = frames.kind(above) === FrameKind.Call && frames.func(above) === frames.func(frame);
    if (isSame && frames.kind(frame) === FrameKind.Call) return base;
  }
  return stacks.intern(base, frame);
}

function idleStacks(profile: Profile): Uint8Array {
  return stackKinds(profile).map((kind) => (kind === FrameKind.Idle ? 1 : 0));
}

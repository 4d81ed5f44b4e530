import { FrameKind } from '../profile/frames.js';
import type { Profile } from '../profile/profile.js';

/** Stands for "no function": markers, and stacks that hold nothing but markers. */
export const NO_FUNCTION = 0xffffffff;

/** The function of each frame, `NO_FUNCTION` for markers. */
export function frameFunctions(profile: Profile): Uint32Array {
  const { frames } = profile;
  const functions = frames.columns.func.data.slice(0, frames.length);
  for (let id = 0; id < functions.length; id++) {
    if (frames.kind(id) !== FrameKind.Call) functions[id] = NO_FUNCTION;
  }
  return functions;
}

/** For each stack, the function whose self time its samples are: the innermost one that is not a marker. */
export function ownFunctions(profile: Profile): Uint32Array {
  const ofFrame = frameFunctions(profile);
  const parents = profile.stacks.columns.parent.data;
  const frames = profile.stacks.columns.frame.data;
  const own = new Uint32Array(profile.stacks.length);
  own[0] = NO_FUNCTION;
  for (let id = 1; id < own.length; id++) {
    const func = ofFrame[frames[id]];
    own[id] = func === NO_FUNCTION ? own[parents[id]] : func;
  }
  return own;
}

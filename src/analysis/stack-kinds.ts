import { FrameKind } from '../profile/frames.js';
import type { Profile } from '../profile/profile.js';
import { ROOT } from '../profile/stacks.js';

/**
 * For each stack, the kind of its top-level frame: `Call` for a whole stack, else the marker that says what is
 * wrong with its root (`Truncated`, `Broken`) or that nothing ran (`Idle`).
 */
export function stackKinds(profile: Profile): Uint8Array {
  const parents = profile.stacks.columns.parent.data;
  const frames = profile.stacks.columns.frame.data;
  const kinds = new Uint8Array(profile.stacks.length);
  for (let id = 1; id < kinds.length; id++) {
    kinds[id] = parents[id] === ROOT ? rootKind(profile.frames.kind(frames[id])) : kinds[parents[id]];
  }
  return kinds;
}

/** An asynchronous boundary at the root hides nothing: the stack is whole. */
function rootKind(kind: FrameKind): FrameKind {
  return kind === FrameKind.Async ? FrameKind.Call : kind;
}

import { FrameTraits } from '../../profile/frame-traits.js';
import { type FrameId, FrameKind } from '../../profile/frames.js';
import { Layer } from '../../profile/layers.js';
import { internMarkerFrame } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';

const FIRST_CAPACITY = 64;

/** A thread's last stack from its root on: from one sample to the next most callers stay the same. */
export class LastStack {
  length = 0;
  base: StackId = ROOT;
  frames = new Uint32Array(FIRST_CAPACITY);
  /** The stack that ends in each of `frames`. */
  stacks = new Uint32Array(FIRST_CAPACITY);

  reserve(length: number): void {
    if (length <= this.frames.length) return;
    const capacity = Math.max(length, this.frames.length * 2);
    const frames = new Uint32Array(capacity);
    frames.set(this.frames.subarray(0, this.length));
    const stacks = new Uint32Array(capacity);
    stacks.set(this.stacks.subarray(0, this.length));
    this.frames = frames;
    this.stacks = stacks;
  }
}

/** Stacks of frames that a text lists callee first, each under what is known of its root. */
export class StackBuilder {
  readonly traits: FrameTraits;
  private readonly truncated: StackId;
  private readonly broken: StackId;
  private readonly idle: StackId;
  /** A stack with more frames than the limit shows that the recorder's limit was higher. */
  private deepest: number;

  /** `maxStack`: frames at which the recorder stopped following callers. */
  constructor(
    private readonly profile: Profile,
    maxStack: number,
  ) {
    this.deepest = maxStack;
    const { stacks } = profile;
    this.traits = new FrameTraits(profile);
    this.truncated = stacks.intern(ROOT, internMarkerFrame(profile, FrameKind.Truncated));
    this.broken = stacks.intern(ROOT, internMarkerFrame(profile, FrameKind.Broken));
    this.idle = stacks.intern(ROOT, internMarkerFrame(profile, FrameKind.Idle));
  }

  /** What the stack of the `count` frames (callee first) hangs on: ROOT when it is whole, else a marker. */
  baseOf(frames: Uint32Array, count: number, isIdle: boolean): StackId {
    if (isIdle) return this.idle;
    if (count === 0) return this.broken;
    if (this.isWhole(frames, count)) return ROOT;
    if (count < this.deepest) return this.broken;
    this.deepest = count;
    return this.truncated;
  }

  /** Where a text has no callers at all. */
  baseWithoutCallers(isIdle: boolean): StackId {
    return isIdle ? this.idle : this.truncated;
  }

  /** The stack of the `count` frames (callee first) on `base`; `last` is the thread's, and becomes this one. */
  stackOf(last: LastStack, base: StackId, frames: Uint32Array, count: number): StackId {
    const { stacks } = this.profile;
    let depth = base === last.base ? commonFrames(last, frames, count) : 0;
    last.reserve(count);
    const path = last.stacks;
    const known = last.frames;
    let stack = depth > 0 ? path[depth - 1] : base;
    for (; depth < count; depth++) {
      const frame = frames[count - 1 - depth];
      stack = stacks.intern(stack, frame);
      known[depth] = frame;
      path[depth] = stack;
    }
    last.length = count;
    last.base = base;
    return stack;
  }

  /** Whether its outermost frame is where threads begin. libc calls `main`: there that one decides. */
  isWhole(frames: Uint32Array, count: number): boolean {
    const outermost: FrameId = frames[count - 1];
    if (this.traits.isEntryPoint(outermost)) return true;
    const { functions, frames: table } = this.profile;
    if (count < 2 || functions.layer(table.func(outermost)) !== Layer.Libc) return false;
    return this.traits.isEntryPoint(frames[count - 2]);
  }
}

function commonFrames(last: LastStack, frames: Uint32Array, count: number): number {
  const known = last.frames;
  const end = Math.min(last.length, count);
  let depth = 0;
  while (depth < end && known[depth] === frames[count - 1 - depth]) depth++;
  return depth;
}

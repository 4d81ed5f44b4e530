import { type FrameId, FrameKind } from '../../profile/frames.js';
import { Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import type { AddressNamer } from './address-namer.js';
import type { FrameNaming } from './frame-naming.js';
import { CpuMode } from './records.js';
import type { SampledThread } from './sampled-thread.js';
import { IDLE_PID } from './tasks.js';

/** Entries from here on are no addresses but say whose addresses follow (PERF_CONTEXT_MAX, −4095). */
const FIRST_MARKER_LO = 0xfffff001;
const ALL_ONES = 0xffffffff;

/** The low halves of PERF_CONTEXT_*. */
const MODES = new Map<number, CpuMode>([
  [-32 >>> 0, CpuMode.Hypervisor],
  [-128 >>> 0, CpuMode.Kernel],
  [-512 >>> 0, CpuMode.User],
  [-2048 >>> 0, CpuMode.GuestKernel],
  [-2176 >>> 0, CpuMode.GuestKernel],
  [-2560 >>> 0, CpuMode.GuestUser],
]);

/** In the place of a frame, for entries that are none. */
const NO_FRAME = 0xffffffff;

/** More than a record can hold. */
const MAX_ENTRIES = 8192;

/**
 * Callchains to stacks. A chain is compared with the thread's previous one from the root, and only what is below
 * the first difference is named and looked up.
 */
export class Callchains {
  private readonly frames = new Uint32Array(MAX_ENTRIES);
  private readonly truncated: StackId;
  private readonly broken: StackId;
  private readonly idle: StackId;
  /** A chain with more frames than the limit shows that the recorder's limit was higher. */
  private deepest = 0;

  constructor(
    private readonly profile: Profile,
    private readonly namer: AddressNamer,
    private readonly naming: FrameNaming,
  ) {
    const { stacks } = profile;
    this.truncated = stacks.intern(ROOT, naming.marker(FrameKind.Truncated));
    this.broken = stacks.intern(ROOT, naming.marker(FrameKind.Broken));
    this.idle = stacks.intern(ROOT, naming.marker(FrameKind.Idle));
  }

  /**
   * The stack of the `count` entries (callee first) from words[first]. `mode` is that of the sample; `maxStack` the
   * frames at which the kernel stops.
   */
  stackOf(
    thread: SampledThread,
    words: Uint32Array,
    first: number,
    count: number,
    mode: CpuMode,
    maxStack: number,
  ): StackId {
    const { chain, task } = thread;
    if (chain.space !== task.space) {
      chain.length = 0;
      chain.space = task.space;
    }
    if (count === 0) return task.pid === IDLE_PID ? this.idle : this.broken;
    const full = count >= maxStack && this.isFull(words, first, count, maxStack);
    const same =
      full === chain.full || chain.root === ROOT
        ? commonEntries(chain.words, chain.length, words, first, count)
        : 0;
    if (same === count && same === chain.length) return chain.stacks[count - 1];
    // The last equal entry may be the callee itself in one of the two and a caller in the other.
    const kept = same > 0 ? same - 1 : 0;
    const fresh = count - kept;
    const sawUser = this.nameEntries(thread, words, first, fresh, mode);
    if (kept === 0) {
      chain.root = this.rootOf(thread, fresh, sawUser, full);
      chain.full = full;
    }
    chain.reserve(count);
    return this.internEntries(thread, words, first, fresh, kept);
  }

  /** The stack of a sample without a callchain: its callers were not recorded. */
  stackOfAddress(thread: SampledThread, lo: number, hi: number, mode: CpuMode): StackId {
    const frame = this.frameOf(thread, lo, hi, mode);
    const root = thread.task.pid === IDLE_PID ? this.idle : this.truncated;
    return frame === NO_FRAME ? root : this.profile.stacks.intern(root, frame);
  }

  /** Names the first `count` entries into `frames`; tells whether some were of user code. */
  private nameEntries(
    thread: SampledThread,
    words: Uint32Array,
    first: number,
    count: number,
    mode: CpuMode,
  ): boolean {
    const { frames, naming } = this;
    const { id, space } = thread.task;
    let current = mode;
    let sawUser = false;
    // What was executing is exact; its callers are return addresses, one past the call.
    let back = 0;
    for (let i = 0, at = first; i < count; i++, at += 2) {
      const hi = words[at + 1];
      if (hi === ALL_ONES && words[at] >= FIRST_MARKER_LO) {
        current = MODES.get(words[at]) ?? CpuMode.Unknown;
        frames[i] = NO_FRAME;
        back = 0;
        continue;
      }
      const lo = (words[at] - back) >>> 0;
      const high = lo > words[at] ? (hi - 1) >>> 0 : hi;
      back = 1;
      if (current === CpuMode.User) {
        frames[i] = naming.user(id, space, lo, high);
        sawUser = true;
      } else frames[i] = current === CpuMode.Kernel ? naming.kernel(lo, high) : NO_FRAME;
    }
    return sawUser;
  }

  private internEntries(
    thread: SampledThread,
    words: Uint32Array,
    first: number,
    fresh: number,
    kept: number,
  ): StackId {
    const { chain } = thread;
    const { stacks } = this.profile;
    const { frames } = this;
    let stack = kept > 0 ? chain.stacks[kept - 1] : chain.root;
    for (let i = fresh - 1, entry = kept; i >= 0; i--, entry++) {
      chain.words[entry * 2] = words[first + i * 2];
      chain.words[entry * 2 + 1] = words[first + i * 2 + 1];
      if (frames[i] !== NO_FRAME) stack = stacks.intern(stack, frames[i]);
      chain.stacks[entry] = stack;
    }
    chain.length = kept + fresh;
    return stack;
  }

  private frameOf(thread: SampledThread, lo: number, hi: number, mode: CpuMode): FrameId {
    if (mode === CpuMode.User) return this.naming.user(thread.task.id, thread.task.space, lo, hi);
    return mode === CpuMode.Kernel ? this.naming.kernel(lo, hi) : NO_FRAME;
  }

  /**
   * What the chain in `frames` hangs on. A chain that has only kernel frames is whole for a kernel thread; for a
   * program's thread its callers are missing (it is exiting, or user chains were not recorded): that is broken.
   */
  private rootOf(thread: SampledThread, count: number, sawUser: boolean, full: boolean): StackId {
    const { task } = thread;
    if (task.pid === IDLE_PID) return this.idle;
    let outermost = count - 1;
    while (outermost >= 0 && this.frames[outermost] === NO_FRAME) outermost--;
    if (outermost < 0) return this.broken;
    if (this.isWhole(outermost) || (!sawUser && !task.hasMappings)) return ROOT;
    return full ? this.truncated : this.broken;
  }

  /** libc calls `main` and starts threads: where it has no frame pointers, its address is still the last in the chain. */
  private isWhole(outermost: number): boolean {
    const { frames, profile, namer } = this;
    const frame = frames[outermost];
    if (namer.isEntryPoint(frame)) return true;
    if (profile.functions.layer(profile.frames.func(frame)) !== Layer.Libc || outermost === 0) return false;
    const called = frames[outermost - 1];
    return called !== NO_FRAME && namer.isEntryPoint(called);
  }

  private isFull(words: Uint32Array, first: number, count: number, maxStack: number): boolean {
    let addresses = 0;
    for (let at = first; at < first + count * 2; at += 2) {
      if (words[at + 1] !== ALL_ONES || words[at] < FIRST_MARKER_LO) addresses++;
    }
    if (addresses > this.deepest) this.deepest = addresses;
    return addresses >= Math.max(maxStack, this.deepest);
  }
}

/** How many entries two chains share from their roots. */
function commonEntries(
  known: Uint32Array,
  length: number,
  words: Uint32Array,
  first: number,
  count: number,
): number {
  const limit = Math.min(length, count);
  let same = 0;
  let at = first + count * 2 - 2;
  while (same < limit && words[at] === known[same * 2] && words[at + 1] === known[same * 2 + 1]) {
    same++;
    at -= 2;
  }
  return same;
}

import { type FrameId, FrameKind } from '../../profile/frames.js';
import { Layer } from '../../profile/layers.js';
import { internMarkerFrame } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import type { AddressNamer } from './address-namer.js';
import { ChainTrie, NODE_WORDS } from './chain-trie.js';
import type { FrameNaming } from './frame-naming.js';
import { CpuMode } from './records.js';
import type { SampledThread } from './sampled-thread.js';
import { IDLE_PID } from './tasks.js';

/** Entries from here on are no addresses but say whose addresses follow (PERF_CONTEXT_MAX, −4095). */
const FIRST_MARKER_LO = 0xfffff001;
const ALL_ONES = 0xffffffff;

/** In the place of a frame, for entries that are none. */
const NO_FRAME = 0xffffffff;

/**
 * Set in the trie's key of a caller whose address is exact: the user code that a kernel chain interrupted. No
 * address has this bit unlike its neighbours.
 */
const EXACT = 0x40000000;

/**
 * Callchains to stacks. A chain is compared with the thread's previous one from the root; below the first
 * difference its callers are looked up in the trie of chains, and only what is new there is named.
 */
export class Callchains {
  private readonly trie = new ChainTrie();
  private readonly truncated: StackId;
  private readonly broken: StackId;
  private readonly idle: StackId;
  /** A chain with more frames than the limit shows that the recorder's limit was higher. */
  private deepest = 0;
  /** The chain being read: `count` entries (callee first) from words[first]. */
  private words: Uint32Array = new Uint32Array(0);
  private first = 0;
  private count = 0;
  /** What the sample says was executing, for entries before the first marker. */
  private mode = CpuMode.Unknown;

  constructor(
    private readonly profile: Profile,
    private readonly namer: AddressNamer,
    private readonly naming: FrameNaming,
  ) {
    const { stacks } = profile;
    this.truncated = stacks.intern(ROOT, internMarkerFrame(profile, FrameKind.Truncated));
    this.broken = stacks.intern(ROOT, internMarkerFrame(profile, FrameKind.Broken));
    this.idle = stacks.intern(ROOT, internMarkerFrame(profile, FrameKind.Idle));
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
    this.words = words;
    this.first = first;
    this.count = count;
    this.mode = mode;
    const { chain } = thread;
    this.forgetStale(thread);
    const full = count >= maxStack && this.isFull(maxStack);
    const hasSameRoot = full === chain.full || chain.root === ROOT;
    const same = hasSameRoot ? commonEntries(chain.words, chain.length, words, first, count) : 0;
    if (same === count && same === chain.length && count > 0) return chain.stack;
    const leaf = this.leafIndex();
    const kept = Math.max(0, Math.min(same - 1, chain.callers, count - 1 - leaf));
    if (kept === 0) {
      chain.root = this.rootOf(thread, full);
      chain.full = full;
    }
    const callers = this.followCallers(thread, leaf, kept);
    chain.length = count;
    chain.callers = Math.max(0, count - 1 - leaf);
    const frame = leaf < count ? this.frameAt(thread, leaf) : NO_FRAME;
    chain.stack = frame === NO_FRAME ? callers : this.profile.stacks.intern(callers, frame);
    return chain.stack;
  }

  /** The stack of a sample without a callchain: its callers were not recorded. */
  stackOfAddress(thread: SampledThread, lo: number, hi: number, mode: CpuMode): StackId {
    const frame = this.frameOf(thread, lo, hi, mode);
    const root = thread.task.pid === IDLE_PID ? this.idle : this.truncated;
    return frame === NO_FRAME ? root : this.profile.stacks.intern(root, frame);
  }

  private forgetStale({ chain, task }: SampledThread): void {
    this.trie.keepWithinLimit();
    if (chain.space === task.space && chain.generation === this.trie.generation) return;
    chain.length = 0;
    chain.callers = 0;
    chain.space = task.space;
    chain.generation = this.trie.generation;
  }

  /** The stack of the entries above `leaf`, of which the `kept` next to the root are those of the last chain. */
  private followCallers(thread: SampledThread, leaf: number, kept: number): StackId {
    const { chain, task } = thread;
    const { words, first, count, trie } = this;
    chain.reserve(count);
    const known = chain.words;
    const path = chain.nodes;
    let node = kept > 0 ? path[kept - 1] : this.rootNode(chain.root, task.space);
    let rows = trie.nodes;
    let entry = kept;
    let at = first + (count - 1 - kept) * 2;
    for (const end = first + leaf * 2; at > end; at -= 2, entry++) {
      const lo = words[at];
      const hi = words[at + 1];
      known[entry * 2] = lo;
      known[entry * 2 + 1] = hi;
      const key = words[at - 1] === ALL_ONES && words[at - 2] >= FIRST_MARKER_LO ? (hi ^ EXACT) >>> 0 : hi;
      const next = (node + 1) * NODE_WORDS;
      if (rows[next] === node && rows[next + 1] === lo && rows[next + 2] === key) node++;
      else {
        node = trie.find(node, lo, key) || this.addNode(thread, node, lo, key, (at - first) >> 1);
        rows = trie.nodes;
      }
      path[entry] = node;
    }
    for (; at >= first; at -= 2, entry++) {
      known[entry * 2] = words[at];
      known[entry * 2 + 1] = words[at + 1];
    }
    return trie.stack(node);
  }

  private rootNode(root: StackId, space: number): number {
    return this.trie.find(0, root, space) || this.trie.add(0, root, space, root);
  }

  private addNode(thread: SampledThread, parent: number, lo: number, key: number, index: number): number {
    const frame = this.frameAt(thread, index);
    const above = this.trie.stack(parent);
    const stack = frame === NO_FRAME ? above : this.profile.stacks.intern(above, frame);
    return this.trie.add(parent, lo, key, stack);
  }

  /** The first entry that is an address: what was executing. `count` when there is none. */
  private leafIndex(): number {
    let index = 0;
    while (index < this.count && this.isMarker(index)) index++;
    return index;
  }

  private isMarker(index: number): boolean {
    const at = this.first + index * 2;
    return this.words[at + 1] === ALL_ONES && this.words[at] >= FIRST_MARKER_LO;
  }

  /** The entry's frame, NO_FRAME for a marker and for what runs in a guest or hypervisor. */
  private frameAt(thread: SampledThread, index: number): FrameId {
    if (this.isMarker(index)) return NO_FRAME;
    const at = this.first + index * 2;
    const lo = this.words[at];
    const hi = this.words[at + 1];
    // What was executing is exact; its callers are return addresses, one past the call.
    if (index === 0 || this.isMarker(index - 1)) return this.frameOf(thread, lo, hi, this.modeAt(index));
    return this.frameOf(thread, (lo - 1) >>> 0, lo === 0 ? (hi - 1) >>> 0 : hi, this.modeAt(index));
  }

  /** Each marker tells of the entries that follow it. */
  private modeAt(index: number): CpuMode {
    for (let i = index - 1; i >= 0; i--) {
      if (this.isMarker(i)) return modeOfMarker(this.words[this.first + i * 2]);
    }
    return this.mode;
  }

  private frameOf(thread: SampledThread, lo: number, hi: number, mode: CpuMode): FrameId {
    if (mode === CpuMode.User) return this.naming.user(thread.task.id, thread.task.space, lo, hi);
    return mode === CpuMode.Kernel ? this.naming.kernel(lo, hi) : NO_FRAME;
  }

  /**
   * What the chain hangs on. One that has only kernel frames is whole for a kernel thread; for a program's thread
   * its callers are missing (it is exiting, or user chains were not recorded): that is broken.
   */
  private rootOf(thread: SampledThread, full: boolean): StackId {
    const { task } = thread;
    if (task.pid === IDLE_PID) return this.idle;
    let outermost = this.count - 1;
    while (outermost >= 0 && this.isMarker(outermost)) outermost--;
    if (outermost < 0) return this.broken;
    if (!task.hasMappings && this.modeAt(outermost) === CpuMode.Kernel) return ROOT;
    if (this.isWhole(thread, outermost)) return ROOT;
    return full ? this.truncated : this.broken;
  }

  /** libc calls `main` and starts threads: where it has no frame pointers, its address is still the last in the chain. */
  private isWhole(thread: SampledThread, outermost: number): boolean {
    const { profile, namer } = this;
    const frame = this.frameAt(thread, outermost);
    if (frame === NO_FRAME) return false;
    if (namer.isEntryPoint(frame)) return true;
    if (outermost === 0 || profile.functions.layer(profile.frames.func(frame)) !== Layer.Libc) return false;
    const called = this.frameAt(thread, outermost - 1);
    return called !== NO_FRAME && namer.isEntryPoint(called);
  }

  private isFull(maxStack: number): boolean {
    let addresses = 0;
    for (let index = 0; index < this.count; index++) if (!this.isMarker(index)) addresses++;
    this.deepest = Math.max(this.deepest, addresses);
    return addresses >= Math.max(maxStack, this.deepest);
  }
}

/** By the low half of PERF_CONTEXT_*. */
function modeOfMarker(lo: number): CpuMode {
  switch (lo | 0) {
    case -32:
      return CpuMode.Hypervisor;
    case -128:
      return CpuMode.Kernel;
    case -512:
      return CpuMode.User;
    case -2048:
    case -2176:
      return CpuMode.GuestKernel;
    case -2560:
      return CpuMode.GuestUser;
    default:
      return CpuMode.Unknown;
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
  const end = Math.min(length, count) * 2;
  let same = 0;
  let at = first + count * 2 - 2;
  while (same < end && words[at] === known[same] && words[at + 1] === known[same + 1]) {
    same += 2;
    at -= 2;
  }
  return same >>> 1;
}

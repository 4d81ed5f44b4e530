import type { FrameId } from '../../profile/frames.js';
import { PERF_DATA_LIMITS } from './limits.js';

const FIRST_SLOTS = 1 << 10;
/** Words of a slot: low and high half of the address, space + 1 (0: empty), frame. */
const STRIDE = 4;

/**
 * Remembers the frame of each (address space, address): open addressing in one typed array, since this is asked
 * for millions of frames. A space whose names became stale gets a new number; what it left behind goes when the
 * cache is emptied at its limit.
 */
export class AddressCache {
  private slots = new Uint32Array(FIRST_SLOTS * STRIDE);
  private mask = FIRST_SLOTS - 1;
  private count = 0;

  /** The frame, or -1. */
  find(space: number, lo: number, hi: number): FrameId {
    const { slots, mask } = this;
    for (let slot = hashOf(space, lo, hi) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * STRIDE;
      const owner = slots[at + 2];
      if (owner === 0) return -1;
      if (slots[at] === lo && slots[at + 1] === hi && owner === space + 1) return slots[at + 3];
    }
  }

  /** Remembers a frame that `find` did not know. */
  add(space: number, lo: number, hi: number, frame: FrameId): void {
    if (this.count >= PERF_DATA_LIMITS.cachedAddresses) this.clear();
    this.count++;
    if (this.count * 2 > this.mask) this.grow();
    this.insert(space + 1, lo, hi, frame);
  }

  private insert(owner: number, lo: number, hi: number, frame: FrameId): void {
    const { slots, mask } = this;
    let slot = hashOf(owner - 1, lo, hi) & mask;
    while (slots[slot * STRIDE + 2] !== 0) slot = (slot + 1) & mask;
    slots[slot * STRIDE] = lo;
    slots[slot * STRIDE + 1] = hi;
    slots[slot * STRIDE + 2] = owner;
    slots[slot * STRIDE + 3] = frame;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    this.mask = this.mask * 2 + 1;
    for (let at = 0; at < old.length; at += STRIDE) {
      if (old[at + 2] !== 0) this.insert(old[at + 2], old[at], old[at + 1], old[at + 3]);
    }
  }

  private clear(): void {
    this.slots.fill(0);
    this.count = 0;
  }
}

function hashOf(space: number, lo: number, hi: number): number {
  let hash = Math.imul(lo, 0x9e3779b1) ^ Math.imul(hi + Math.imul(space, 0x27d4eb2f), 0x85ebca6b);
  hash ^= hash >>> 15;
  return hash;
}

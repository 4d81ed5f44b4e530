import type { FrameId } from '../profile/frames.js';

/** The address is not in the cache. */
export const NOT_CACHED = -1;

/** Entries made in this epoch hold for ever: native code does not change its name. */
export const EVERY_EPOCH = 0;

const FIRST_CAPACITY = 256;
/** Broken stacks hold random addresses without end: past this many the cache starts again. */
const MAX_ENTRIES = 1 << 20;

/**
 * Address → frame, open addressing over one Uint32Array of (low half, high half, frame + 1, epoch). Asked tens of
 * millions of times, so it neither allocates nor calls.
 */
export class FrameCache {
  private slots = new Uint32Array(FIRST_CAPACITY * 4);
  private mask = FIRST_CAPACITY - 1;
  private count = 0;

  /** `address` is given as two 32-bit halves; an entry of another epoch than `epoch` counts only if it is EVERY_EPOCH. */
  get(low: number, high: number, epoch: number): FrameId | typeof NOT_CACHED {
    const { slots, mask } = this;
    for (let slot = hashOf(low, high) & mask; ; slot = (slot + 1) & mask) {
      const at = slot << 2;
      const frame = slots[at + 2];
      if (frame === 0) return NOT_CACHED;
      if (slots[at] !== low || slots[at + 1] !== high) continue;
      const made = slots[at + 3];
      return made === EVERY_EPOCH || made === epoch ? frame - 1 : NOT_CACHED;
    }
  }

  set(low: number, high: number, epoch: number, frame: FrameId): void {
    if (this.count * 2 > this.mask) this.grow();
    const { slots, mask } = this;
    let at = (hashOf(low, high) & mask) << 2;
    while (slots[at + 2] !== 0 && (slots[at] !== low || slots[at + 1] !== high))
      at = (at + 4) & (mask * 4 + 3);
    if (slots[at + 2] === 0) this.count++;
    slots[at] = low;
    slots[at + 1] = high;
    slots[at + 2] = frame + 1;
    slots[at + 3] = epoch;
  }

  clear(): void {
    this.slots = new Uint32Array(FIRST_CAPACITY * 4);
    this.mask = FIRST_CAPACITY - 1;
    this.count = 0;
  }

  private grow(): void {
    if (this.count >= MAX_ENTRIES) {
      this.clear();
      return;
    }
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    this.mask = this.slots.length / 4 - 1;
    this.count = 0;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] !== 0) this.set(old[at], old[at + 1], old[at + 3], old[at + 2] - 1);
    }
  }
}

function hashOf(low: number, high: number): number {
  const hash = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

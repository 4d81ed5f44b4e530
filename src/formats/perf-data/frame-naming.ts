import type { FrameId } from '../../profile/frames.js';
import type { ProcessId } from '../../profile/processes.js';
import { AddressCache } from './address-cache.js';
import type { AddressNamer } from './address-namer.js';

/** The space under which kernel addresses are remembered: they are the same in every process. */
const KERNEL_SPACE = 0;

const HIGH_HALF = 0x1_0000_0000;

/** Addresses to frames, each asked of the namer once. */
export class FrameNaming {
  private readonly cache = new AddressCache();

  constructor(private readonly namer: AddressNamer) {}

  /** `space` is the number of the process's address space as named now. */
  user(process: ProcessId, space: number, lo: number, hi: number): FrameId {
    const known = this.cache.find(space, lo, hi);
    if (known >= 0) return known;
    const frame = this.namer.userFrame(process, hi * HIGH_HALF + lo);
    this.cache.add(space, lo, hi, frame);
    return frame;
  }

  kernel(lo: number, hi: number): FrameId {
    const known = this.cache.find(KERNEL_SPACE, lo, hi);
    if (known >= 0) return known;
    const frame = this.namer.kernelFrame(lo, hi);
    this.cache.add(KERNEL_SPACE, lo, hi, frame);
    return frame;
  }
}

import type { FrameId } from '../profile/frames.js';
import { Layer } from '../profile/layers.js';
import type { Profile } from '../profile/profile.js';
import { EVERY_EPOCH, FrameCache, NOT_CACHED } from './frame-cache.js';
import { Kallsyms, NO_FUNCTION } from './kallsyms.js';
import type { NativeFrames } from './native-frames.js';

/** Names the kernel's addresses; its symbols are read when the first is asked for. */
export class KernelFrames {
  private readonly cache = new FrameCache();
  /** By the place of the function's name. */
  private readonly frames = new Map<number, FrameId>();
  private symbols: Kallsyms | undefined;
  private isRead = false;

  /** `sameKernel`: the recording was made by the kernel that runs now. */
  constructor(
    private readonly profile: Profile,
    private readonly native: NativeFrames,
    private readonly sameKernel: boolean,
  ) {}

  /** `low` and `high` are the unsigned halves of the address. */
  frame(low: number, high: number): FrameId {
    const cached = this.cache.get(low, high, EVERY_EPOCH);
    if (cached !== NOT_CACHED) return cached;
    const frame = this.name(low, high);
    this.cache.set(low, high, EVERY_EPOCH, frame);
    return frame;
  }

  private name(low: number, high: number): FrameId {
    if (!this.isRead) this.read();
    const place = this.symbols?.placeOf(low, high) ?? NO_FUNCTION;
    if (this.symbols === undefined || place === NO_FUNCTION)
      return this.native.intern('[kernel]', '', '', Layer.Kernel, low, high);
    let frame = this.frames.get(place);
    if (frame === undefined) {
      const { mapping, name } = this.symbols.symbolAt(place);
      frame = this.native.intern(mapping, '', name, Layer.Kernel, 0, 0);
      this.frames.set(place, frame);
    }
    return frame;
  }

  private read(): void {
    this.isRead = true;
    if (!this.sameKernel) {
      this.profile.quality.note(
        'KERNEL_OF_ANOTHER_MACHINE',
        'Kernel functions are not named: the recording was made under another kernel than the one running here.',
        'Read the recording on the machine that made it, before it restarts.',
      );
      return;
    }
    this.symbols = Kallsyms.ofThisKernel();
    if (this.symbols !== undefined) return;
    this.profile.quality.note(
      'KERNEL_SYMBOLS_HIDDEN',
      'Kernel functions are not named: the kernel hides their addresses from this user.',
      'Run as root, or allow it with: sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1',
    );
  }
}

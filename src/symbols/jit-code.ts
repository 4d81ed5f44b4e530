import type { FrameId } from '../profile/frames.js';
import { internJitFrame } from '../profile/jit-frames.js';
import { parseJitName } from '../profile/jit-name.js';
import type { Profile } from '../profile/profile.js';
import { NO_ENTRY, PerfMap } from './perf-map.js';
import { type MapOwner, PerfMapFile, RefusedMap } from './perf-map-file.js';

/** The run-time code of one process, named by its perf map; scripts in `ownFolder` are stackscope's. */
export class JitCode {
  /** Goes up when names may have changed. */
  version = 0;
  private readonly map = new PerfMap();
  private readonly frames = new Map<number, FrameId>();
  private compactions = 0;
  private file: PerfMapFile | undefined;
  private isRefused = false;
  private isClosed = false;

  constructor(
    private readonly profile: Profile,
    private readonly ownFolder?: string,
  ) {}

  /** Whether a perf map was found; one that is not to be trusted counts. */
  get hasMap(): boolean {
    return this.file !== undefined || this.isRefused || this.isClosed;
  }

  /** Takes the first of `paths` that is there, unless one was taken before. */
  open(paths: readonly string[], owner: () => MapOwner): void {
    for (const path of paths) {
      if (this.hasMap) return;
      this.guarded(() => {
        this.file = PerfMapFile.open(path, owner());
      });
    }
  }

  /** Reads what the map gained, dated `date`. */
  follow(date: number): void {
    if (this.file === undefined || this.isRefused) return;
    const before = this.map.size;
    this.guarded(() => this.file?.readInto(this.map, date));
    if (this.map.size !== before) this.version++;
  }

  /** Date of the first line that is not in effect, Infinity when all are. */
  get nextDate(): number {
    return this.map.nextDate;
  }

  /** Puts the lines dated up to `date` in effect. */
  advance(date: number): void {
    if (this.map.advance(date)) this.version++;
  }

  /** The frame of the code at `address`, or undefined when the map has none. */
  frame(address: number): FrameId | undefined {
    const entry = this.map.find(address);
    if (entry === NO_ENTRY) return undefined;
    if (this.compactions !== this.map.compactions) this.frames.clear();
    this.compactions = this.map.compactions;
    let frame = this.frames.get(entry);
    if (frame === undefined) {
      frame = internJitFrame(this.profile, parseJitName(this.map.nameOf(entry)), this.ownFolder);
      this.frames.set(entry, frame);
    }
    return frame;
  }

  /** Ends following the map; what was read of it stays. */
  close(): void {
    this.file?.close();
    this.file = undefined;
    this.isClosed = true;
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.isRefused = true;
      const reason =
        error instanceof RefusedMap ? error.message : `a perf map cannot be read: ${String(error)}`;
      this.profile.quality.note(
        'JIT_MAP_REFUSED',
        `JavaScript functions may be unnamed: ${reason}.`,
        'Look at who wrote that file; remove it, or give it to the user who records.',
      );
    }
  }
}

import type { FrameId } from '../../profile/frames.js';
import type { ProcessId } from '../../profile/processes.js';
import type { ThreadRole } from '../../profile/threads.js';

/** What this reader needs of `Symbolizer` (src/symbols/symbolizer.ts), so that tests can name addresses plainly. */
export interface AddressNamer {
  /** Code of a file (or of no file) was mapped; `start`, `length` and `fileOffset` in bytes. */
  addMapping(process: ProcessId, mapping: CodeMapping): void;
  /** `child` has all that `parent` had mapped. */
  forkProcess(parent: ProcessId, child: ProcessId): void;
  endProcess(process: ProcessId): void;
  /** Time goes on: what is named next was seen at `timeUs` or later. */
  advance(timeUs: number): void;
  /** `address` is that of the instruction, for callers that of their call (the return address less one). */
  userFrame(process: ProcessId, address: number): FrameId;
  kernelFrame(lo: number, hi: number): FrameId;
  /** Whether a thread's stack begins with this function. */
  isEntryPoint(frame: FrameId): boolean;
  roleOf(frame: FrameId): ThreadRole | undefined;
  /** Changes when names of this process that were given before may be stale. */
  jitEpoch(process: ProcessId): number;
}

export interface CodeMapping {
  readonly start: number;
  readonly length: number;
  readonly fileOffset: number;
  readonly path: string;
  readonly inode?: number;
  /** Lower-case hex. */
  readonly buildId?: string;
}

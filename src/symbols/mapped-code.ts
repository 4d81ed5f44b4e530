import type { FrameId } from '../profile/frames.js';
import type { Binary } from './binary.js';
import { type MappedFile, NoBinary, type OpenBinary, openMappedFile, readBinary } from './open-binary.js';

/**
 * A file that is mapped in one process or many, and the frames made for its functions. It is opened when it is
 * mapped, while it can still be reached through its process, and read when a first address in it is asked for.
 */
export class MappedCode {
  /** By place of the function's name in the binary. */
  readonly frames = new Map<number, FrameId>();
  private opened: OpenBinary | undefined;
  private loaded: Binary | undefined;
  failure: NoBinary | undefined;

  constructor(readonly file: MappedFile) {}

  /** Opens the file at the first of `paths` where it is. A failure is kept in `failure`. */
  open(paths: readonly string[]): void {
    try {
      this.opened = openMappedFile(this.file, paths);
      this.failure = undefined;
    } catch (error) {
      if (!(error instanceof NoBinary)) throw error;
      this.failure = error;
    }
  }

  /** Its functions; undefined, with `failure` set, when they cannot be had. */
  binary(): Binary | undefined {
    if (this.loaded !== undefined || this.failure !== undefined) return this.loaded;
    if (this.opened === undefined) this.open([this.file.path]);
    if (this.opened === undefined) return undefined;
    try {
      this.loaded = readBinary(this.opened, this.file.path);
    } catch (error) {
      if (!(error instanceof NoBinary)) throw error;
      this.failure = error;
    }
    this.opened = undefined;
    return this.loaded;
  }
}

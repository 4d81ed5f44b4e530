import type { FrameId } from '../profile/frames.js';
import type { Binary } from './binary.js';
import { type MappedFile, NoBinary, type OpenBinary, openMappedFile, readBinary } from './open-binary.js';

/**
 * A file that is mapped in one process or many, and the frames made for its functions. In a live recording it is
 * opened when it is mapped, while its process can still be asked for it; it is read when a first address is.
 */
export class MappedCode {
  /** By place of the function's name in the binary. */
  readonly frames = new Map<number, FrameId>();
  /** Why its functions cannot be named, once that is known. */
  failure: NoBinary | undefined;
  private opened: OpenBinary | undefined;
  private loaded: Binary | undefined;

  constructor(readonly file: MappedFile) {}

  /** Whether it was neither opened nor read so far. */
  get isWanted(): boolean {
    return this.opened === undefined && this.loaded === undefined;
  }

  /** Opens the file at the first of `paths` where it is. */
  open(paths: readonly string[]): void {
    this.guarded(() => {
      this.opened = openMappedFile(this.file, paths);
      this.failure = undefined;
    });
  }

  /** Its functions; undefined, with `failure` set, when they cannot be had. */
  binary(): Binary | undefined {
    if (this.loaded !== undefined || this.failure !== undefined) return this.loaded;
    if (this.opened === undefined) this.open(this.file.isDeleted ? [] : [this.file.path]);
    const { opened } = this;
    this.opened = undefined;
    this.guarded(() => {
      if (opened !== undefined) this.loaded = readBinary(opened, this.file.path);
    });
    return this.loaded;
  }

  close(): void {
    this.opened?.open.close();
    this.opened = undefined;
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof NoBinary)) throw error;
      this.failure = error;
    }
  }
}

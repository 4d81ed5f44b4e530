import { isSystemError, OpenFile, reasonOf } from './open-file.js';
import type { PerfMap } from './perf-map.js';

/** The most that is read of one map: five million lines. */
const MAX_MAP_BYTES = 512 << 20;
const PIECE = 1 << 20;
const WRITABLE_BY_OTHERS = 0o002;
const WRITABLE_BY_GROUP = 0o020;
/** The clock of file times ticks every 10 ms at worst. */
const CLOCK_SLACK_MS = 20;

/** Why a perf map that is there is not used. */
export class RefusedMap extends Error {}

/** Whose map it must be. */
export interface MapOwner {
  /** The users who may own it, beside root. */
  readonly users: readonly number[];
  /** When the process began, in ms since 1970, or 0: an older map is that of an earlier process of the same pid. */
  readonly startedMs: number;
}

/**
 * A perf map as it grows. The name is predictable and the directory is everyone's, so only a regular file that
 * belongs to the process's user and that no one else may write is opened, and links are not followed.
 */
export class PerfMapFile {
  private constructor(
    private readonly file: OpenFile,
    readonly path: string,
  ) {}

  /** undefined when there is none; throws RefusedMap when there is one that is not to be trusted. */
  static open(path: string, owner: MapOwner): PerfMapFile | undefined {
    let file: OpenFile;
    try {
      file = OpenFile.open(path, false);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (error.code === 'ENOENT') return undefined;
      throw new RefusedMap(`${path} is not read: ${reasonOf(error)}`);
    }
    const objection = objectionTo(file, owner);
    if (objection === undefined) return new PerfMapFile(file, path);
    file.close();
    if (objection === '') return undefined;
    throw new RefusedMap(`${path} is not read: ${objection}`);
  }

  /**
   * Hands the map what was written since, dated `date`. Nothing when the file is shorter than before: another
   * program took the process over and began its own. Throws RefusedMap when it is past what is read of one.
   */
  readInto(map: PerfMap, date: number): void {
    const size = this.file.currentSize();
    try {
      for (let end = Math.min(size, MAX_MAP_BYTES); map.size < end; ) {
        map.feed(this.file.read(map.size, Math.min(PIECE, end - map.size)), date);
      }
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new RefusedMap(`${this.path} is read only in part: ${reasonOf(error)}`);
    }
    if (size > MAX_MAP_BYTES) throw new RefusedMap(`${this.path} is read only up to ${MAX_MAP_BYTES} bytes`);
  }

  close(): void {
    this.file.close();
  }
}

/** What speaks against a map, '' when it is only that of an earlier process. */
function objectionTo({ stats }: OpenFile, owner: MapOwner): string | undefined {
  if (stats.uid !== 0 && !owner.users.includes(stats.uid)) return `it belongs to another user (${stats.uid})`;
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) return 'everyone may write it';
  // Where each user has a group of their own, maps are made writable by it.
  if ((stats.mode & WRITABLE_BY_GROUP) !== 0 && stats.gid !== stats.uid) return 'its group may write it';
  return stats.mtimeMs + CLOCK_SLACK_MS < owner.startedMs ? '' : undefined;
}

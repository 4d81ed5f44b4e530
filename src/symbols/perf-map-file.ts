import { readFileSync, statSync } from 'node:fs';
import { OpenFile, reasonOf } from './open-file.js';
import { MAX_MAP_BYTES, type PerfMap } from './perf-map.js';

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
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new RefusedMap(`${path} is not read: ${reasonOf(error)}`);
    }
    const objection = objectionTo(file, owner);
    if (objection === undefined) return new PerfMapFile(file, path);
    file.close();
    if (objection === '') return undefined;
    throw new RefusedMap(`${path} is not read: ${objection}`);
  }

  /** Hands the map what was written since, dated `date`. Throws RefusedMap when it is past what is read of one. */
  readInto(map: PerfMap, date: number): void {
    const size = this.file.currentSize();
    if (size > MAX_MAP_BYTES)
      throw new RefusedMap(`${this.path} is read in part: it is larger than ${MAX_MAP_BYTES} bytes`);
    if (size > map.size) map.feed(this.file.read(map.size, size - map.size), date);
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

/** The user of a process that lives, or undefined. */
export function userOf(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return undefined;
  }
}

/** The pid a process has in its own container; `pid` when it cannot be told. */
export function innermostPid(pid: number): number {
  try {
    const line = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return line === null ? pid : Number(line[1].split(/\s+/).at(-1));
  } catch {
    return pid;
  }
}

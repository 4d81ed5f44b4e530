import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { statFields } from './procfs.js';

/** Where V8 writes perf maps unless told otherwise; not `os.tmpdir()`. */
const PERF_MAP_DIRECTORY = '/tmp';

/**
 * Removes what V8's flags left of processes that ended: their logs in the directories they ran in, and their
 * perf maps. Only regular files of our own user, written since the recording began, of pids that no longer exist.
 */
export function removeV8Leftovers(
  pids: ReadonlySet<number>,
  directories: ReadonlySet<string>,
  sinceMs: number,
): void {
  const gone = new Set([...pids].filter(hasEnded));
  for (const pid of gone) removeOurs(join(PERF_MAP_DIRECTORY, `perf-${pid}.map`), sinceMs);
  for (const directory of directories) {
    for (const name of namesIn(directory)) {
      const pid = /^isolate-?0x[0-9a-f]+-(\d+)-v8\.log$/.exec(name)?.[1];
      if (pid !== undefined && gone.has(Number(pid))) removeOurs(join(directory, name), sinceMs);
    }
  }
}

/** Whether no living process has that pid; one whose parent has not yet taken its exit is dead too. */
function hasEnded(pid: number): boolean {
  return ['Z', 'X', undefined].includes(statFields(pid)?.[0]);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function removeOurs(path: string, sinceMs: number): void {
  try {
    const { uid, mtimeMs } = lstatSync(path);
    const isOurs = lstatSync(path).isFile() && uid === (process.getuid?.() ?? uid);
    // A file system may keep whole seconds only.
    if (isOurs && mtimeMs >= sinceMs - 1000) rmSync(path);
  } catch {
    // It was never written, or the target has removed it.
  }
}

import { innermostPid, startOf, userOf } from '../../symbols/live-process.js';
import { PerfMapFile, RefusedMap } from '../../symbols/perf-map-file.js';
import type { AttachTarget } from './target.js';

/** What V8 has told of a process's JavaScript since it was started, which cannot be asked for later. */
export interface JitMap {
  /** Where the map of a process is looked for: this one, or one that it starts. */
  readonly pathsOf: (pid: number) => readonly string[];
  /** Why perf's JavaScript has no names; '' when it has. */
  readonly missing: string;
  /** Whether functions that are interpreted have frames of their own. */
  readonly interpreted: boolean;
}

/** Where V8 writes maps when no flag says otherwise; not `os.tmpdir()`. */
const DEFAULT_DIRECTORY = '/tmp';

/** Looks for the perf map of a process that runs: at the place that its own flags name, as it sees it. */
export function findJitMap(target: AttachTarget): JitMap {
  const flags = target.flags.map((flag) => flag.replace(/^--[^=]*/, (name) => name.replaceAll('_', '-')));
  const directory = directoryOf(flags);
  // A process that has ended has no root any more; in the target's own file system its map is where it was.
  const gone = (pid: number) => (target.root === '' ? [`${directory}/perf-${pid}.map`] : []);
  const pathsOf = (pid: number) => [...mapPaths(pid, directory), ...gone(pid)];
  const interpreted = flags.includes('--interpreted-frames-native-stack');
  return { pathsOf, missing: whyNot(target.pid, pathsOf(target.pid)), interpreted };
}

/** Where the map of a process is whose flags name `directory`, by themselves or by who started it. */
function mapPaths(pid: number, directory: string): string[] {
  const file = `perf-${innermostPid(pid)}.map`;
  const named = directory.startsWith('/') ? `root${directory}` : `cwd/${directory}`;
  return [...new Set([named, `root${DEFAULT_DIRECTORY}`])].map((place) => `/proc/${pid}/${place}/${file}`);
}

function directoryOf(flags: readonly string[]): string {
  const given = flags.findLast((flag) => flag.startsWith('--perf-basic-prof-path='));
  return given?.slice(given.indexOf('=') + 1) ?? DEFAULT_DIRECTORY;
}

function whyNot(pid: number, paths: readonly string[]): string {
  const users = [process.getuid?.() ?? 0, userOf(pid)].filter((user) => user !== undefined);
  try {
    for (const path of paths) {
      const file = PerfMapFile.open(path, { users, startedMs: startOf(pid) });
      file?.close();
      if (file !== undefined) return '';
    }
    return 'it was started without --perf-basic-prof';
  } catch (error) {
    if (error instanceof RefusedMap) return error.message;
    throw error;
  }
}

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessTree } from './process-tree.js';
import { isAlive, startTicks } from './procfs.js';
import { removeV8Leftovers } from './v8-leftovers.js';

const STATE_FILE = 'state.json';

/** What the next run must know to clean up after a run that was killed. */
interface State {
  /** pid and start of each process that may still use the directory: ours, and those of the target. */
  readonly users: readonly (readonly [pid: number, startTicks: number])[];
  readonly startedMs: number;
  /** Where V8 may have left a log of each of `users`. */
  readonly directories: readonly string[];
}

/**
 * Our directory for one recording. Its parent belongs to us alone; its own name cannot be guessed or listed by
 * others, but the target may reach it after it gave up its privileges.
 */
export class WorkDir {
  private constructor(
    readonly path: string,
    private readonly startedMs: number,
  ) {}

  /** A directory in the first of `places` that takes one; undefined when none does. Sweeps what dead runs left. */
  static create(places: readonly string[]): WorkDir | undefined {
    // Each twice: a run that ends may remove the empty parent just when it was found there.
    for (const place of places.flatMap((place) => [place, place])) {
      try {
        const parent = ownParent(place);
        sweep(parent);
        const path = mkdtempSync(join(parent, `${process.pid}-`));
        chmodSync(path, 0o711);
        const made = new WorkDir(path, Date.now());
        made.save([], []);
        return made;
      } catch {
        // The next place may do.
      }
    }
    return undefined;
  }

  /** Notes the target's processes for a run that may have to clean up after this one. */
  note(tree: ProcessTree): void {
    const directories = new Set(tree.seen.flatMap((known) => [...known.directories]));
    this.save(
      tree.seen.map((known) => [known.pid, known.startTicks]),
      [...directories],
    );
  }

  /** Removes it and what V8 left elsewhere, but for what processes that live on still use. */
  clean(tree: ProcessTree): void {
    const isUsed = tree.alive.length > 0;
    const ended = tree.seen.filter((known) => !known.alive);
    const directories = new Set(tree.seen.flatMap((known) => [...known.directories]));
    const pids = new Set([...ended.map(({ pid }) => pid), ...tree.heardOf]);
    removeV8Leftovers(pids, directories, this.startedMs);
    if (isUsed) return;
    rmSync(this.path, { recursive: true, force: true });
    try {
      rmdirSync(dirname(this.path));
    } catch {
      // Other recordings are in it.
    }
  }

  private save(processes: State['users'], directories: readonly string[]): void {
    const users: State['users'] = [[process.pid, startTicks(process.pid) ?? 0], ...processes];
    const state: State = { users, startedMs: this.startedMs, directories };
    try {
      writeFileSync(join(this.path, STATE_FILE), JSON.stringify(state), { mode: 0o600 });
    } catch {
      // A full disk: the directory is still removed at the end of this run.
    }
  }
}

/** `PLACE/stackscope-UID`, made if need be. @throws when it is not ours alone: another user may have set a trap */
function ownParent(place: string): string {
  const user = process.getuid?.() ?? 0;
  const path = join(place, `stackscope-${user}`);
  try {
    mkdirSync(path, { mode: 0o711 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const { uid, mode } = lstatSync(path);
  if (!lstatSync(path).isDirectory() || uid !== user || (mode & 0o022) !== 0) throw new Error('not ours');
  return path;
}

/** Removes what recordings left that were killed, once all of their processes are gone too. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const state = readState(path);
    if (state === undefined || state.users.some(([pid, start]) => isAlive(pid, start))) continue;
    const pids = new Set(state.users.map(([pid]) => pid));
    removeV8Leftovers(pids, new Set(state.directories), state.startedMs);
    rmSync(path, { recursive: true, force: true });
  }
}

function readState(path: string): State | undefined {
  try {
    return JSON.parse(readFileSync(join(path, STATE_FILE), 'utf8')) as State;
  } catch {
    // Just made by another run, or being removed by it.
    return undefined;
  }
}

import type { Profile } from '../profile/profile.js';
import { ThreadRole } from '../profile/threads.js';
import { readProc, threadIds } from './procfs.js';

/** Names that Node and V8 give their threads, most of them from Node 22 on. */
const ROLES: Readonly<Record<string, ThreadRole>> = {
  'libuv-worker': ThreadRole.Pool,
  SignalInspector: ThreadRole.Inspector,
};
/** The thread that V8's profiler works in, while it runs. */
const PROFILER = 'v8:ProfEvntProc';

export interface NamedThread {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly looks: number;
}

/** A thread is born with its maker's name, and given its own a moment later. */
const LOOKS = 2;

/** The kernel's names of threads, which are gone with them. */
export class ThreadNames {
  private readonly threads = new Map<number, NamedThread>();

  /** Takes note of the threads of a process that are new. */
  look(pid: number): void {
    for (const tid of threadIds(pid)) {
      const looks = this.threads.get(tid)?.looks ?? 0;
      if (looks === LOOKS) continue;
      const name = readProc(`${pid}/task/${tid}/comm`)?.trim();
      if (name !== undefined) this.threads.set(tid, { pid, tid, name, looks: looks + 1 });
    }
  }

  /** The threads that V8's profiler works in: there for the recording alone. */
  get profilers(): NamedThread[] {
    return [...this.threads.values()].filter(({ name }) => name === PROFILER);
  }

  /** Names the threads that were seen. */
  fill({ threads }: Profile): void {
    for (let id = 0; id < threads.length; id++) {
      const name = this.threads.get(threads.columns.tid.data[id])?.name;
      if (name === undefined) continue;
      threads.setName(id, name === PROFILER ? "V8's profiler" : name);
      threads.columns.role.data[id] = ROLES[name] ?? threads.columns.role.data[id];
    }
  }
}

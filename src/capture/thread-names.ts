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

interface NamedThread {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
}

/** The kernel's names of threads, which are gone with them. */
export class ThreadNames {
  private readonly threads = new Map<number, NamedThread>();

  /** Takes note of the threads of a process that were not seen before. */
  look(pid: number): void {
    for (const tid of threadIds(pid)) {
      if (this.threads.has(tid)) continue;
      const name = readProc(`${pid}/task/${tid}/comm`)?.trim();
      if (name !== undefined) this.threads.set(tid, { pid, tid, name });
    }
  }

  /** The threads that V8's profiler works in: there for the recording alone. */
  get profilers(): NamedThread[] {
    return [...this.threads.values()].filter(({ name }) => name === PROFILER);
  }

  /** Names the threads that have none. */
  fill({ threads }: Profile): void {
    for (let id = 0; id < threads.length; id++) {
      const name = this.threads.get(threads.columns.tid.data[id])?.name;
      if (threads.name(id) !== '' || name === undefined) continue;
      threads.setName(id, name);
      threads.columns.role.data[id] = ROLES[name] ?? ThreadRole.Other;
    }
  }
}

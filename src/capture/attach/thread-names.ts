import type { Profile } from '../../profile/profile.js';
import { ThreadRole } from '../../profile/threads.js';
import { readProc, threadIds } from '../procfs.js';

/** Names that Node and V8 give their threads, most of them from Node 22 on. */
const ROLES: Readonly<Record<string, ThreadRole>> = {
  'libuv-worker': ThreadRole.Pool,
  SignalInspector: ThreadRole.Inspector,
};
/** The thread that V8's profiler works in, while it runs. */
const PROFILER = 'v8:ProfEvntProc';

/** The kernel's names of threads, which are gone with them. */
export class ThreadNames {
  private readonly names = new Map<number, string>();

  /** Takes note of the threads of a process that were not seen before. */
  look(pid: number): void {
    for (const tid of threadIds(pid)) {
      if (this.names.has(tid)) continue;
      const name = readProc(`${pid}/task/${tid}/comm`)?.trim();
      if (name !== undefined) this.names.set(tid, name);
    }
  }

  /** Names the threads that have none. */
  fill({ threads }: Profile): void {
    for (let id = 0; id < threads.length; id++) {
      const name = this.names.get(threads.columns.tid.data[id]);
      if (threads.name(id) !== '' || name === undefined) continue;
      threads.setName(id, name === PROFILER ? "V8's profiler" : name);
      threads.columns.role.data[id] = ROLES[name] ?? ThreadRole.Other;
    }
  }
}

import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { ROLE_NAMES, type ThreadId, ThreadRole } from '../../profile/threads.js';
import type { Texts } from '../json/texts.js';
import type { TraceEvent } from './event.js';

/** Names that tell a thread's role: Node's, Chrome's. */
const ROLES: ReadonlyMap<string, ThreadRole> = new Map([
  ['JavaScriptMainThread', ThreadRole.Main],
  ['CrRendererMain', ThreadRole.Main],
  ['CrBrowserMain', ThreadRole.Main],
  ['DedicatedWorker thread', ThreadRole.Worker],
]);

/** Processes and threads by the ids that events carry; they are named by metadata that may come before or after. */
export class TraceThreads {
  private readonly processes = new Map<number, ProcessId>();
  private readonly threads = new Map<number, Map<number, ThreadId>>();
  private readonly processNames = new Map<number, string>();
  private readonly nodeVersions = new Map<number, string>();
  private readonly threadNames = new Map<number, Map<number, { name: string; role: string }>>();

  constructor(
    private readonly profile: Profile,
    private readonly texts: Texts,
  ) {}

  /** Takes what an event of metadata tells. */
  describe({ name, pid, tid, args }: TraceEvent): void {
    switch (this.texts.get(name)) {
      case 'process_name':
        this.processNames.set(pid, args.name);
        break;
      case 'version':
        this.nodeVersions.set(pid, args.node);
        break;
      case 'thread_name':
        inner(this.threadNames, pid).set(tid, { name: args.name, role: args.role });
    }
  }

  /** The thread of an event, once all metadata is known. */
  threadOf(pid: number, tid: number): ThreadId {
    const ofProcess = inner(this.threads, pid);
    const known = ofProcess.get(tid);
    if (known !== undefined) return known;
    const { name, role } = this.threadNames.get(pid)?.get(tid) ?? { name: this.textOf(tid), role: '' };
    const thread = this.profile.threads.add(this.processOf(pid), Math.max(0, tid), name, 0);
    this.profile.threads.columns.role.data[thread] = roleOf(name, role);
    ofProcess.set(tid, thread);
    return thread;
  }

  private processOf(pid: number): ProcessId {
    const known = this.processes.get(pid);
    if (known !== undefined) return known;
    const { processes } = this.profile;
    const command = this.processNames.get(pid) ?? this.textOf(pid);
    const process = processes.add({ pid: Math.max(0, pid), parent: NO_PROCESS, start: 0, command });
    processes.setNodeVersion(process, (this.nodeVersions.get(pid) ?? '').replace(/^v/, ''));
    this.processes.set(pid, process);
    return process;
  }

  /** Of an id that is a text. */
  private textOf(id: number): string {
    return id < 0 ? this.texts.get(-1 - id) : '';
  }
}

function roleOf(name: string, told: string): ThreadRole {
  const role = (ROLE_NAMES as readonly string[]).indexOf(told);
  return role >= 0 ? role : (ROLES.get(name) ?? ThreadRole.Other);
}

function inner<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<L, V>();
  maps.set(key, made);
  return made;
}

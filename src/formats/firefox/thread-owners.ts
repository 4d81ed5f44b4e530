import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { ROLE_NAMES, type ThreadId, ThreadRole } from '../../profile/threads.js';

/** A thread as both of Firefox's formats tell it; times in milliseconds, NaN where not known. */
export interface OwnedThread {
  readonly name: string;
  readonly processName: string;
  readonly pid: string;
  readonly tid: string;
  readonly isMainThread: boolean;
  readonly processStartupTime: number;
  readonly processShutdownTime: number;
  readonly registerTime: number;
  readonly unregisterTime: number;
  readonly own: { readonly name: string | undefined; readonly role: string };
}

/** Adds processes and threads to a profile; several threads of a file may be one, each of another event. */
export class ThreadOwners {
  private readonly processes = new Map<string, ProcessId>();
  private readonly threads = new Map<string, ThreadId>();

  constructor(private readonly profile: Profile) {}

  thread(from: OwnedThread): ThreadId {
    const process = this.process(from);
    const name = from.own.name ?? from.name;
    const key = JSON.stringify([process, from.tid, name]);
    const known = this.threads.get(key);
    if (known !== undefined) return known;
    const { threads } = this.profile;
    const thread = threads.add(process, idOf(from.tid), name, microseconds(from.registerTime) ?? 0);
    threads.columns.end.data[thread] = microseconds(from.unregisterTime) ?? Number.NaN;
    const role = (ROLE_NAMES as readonly string[]).indexOf(from.own.role);
    threads.columns.role.data[thread] =
      role >= 0 ? role : from.isMainThread ? ThreadRole.Main : ThreadRole.Other;
    this.threads.set(key, thread);
    return thread;
  }

  private process(from: OwnedThread): ProcessId {
    const known = this.processes.get(from.pid);
    if (known !== undefined) return known;
    const { processes } = this.profile;
    const process = processes.add({
      pid: idOf(from.pid),
      parent: NO_PROCESS,
      start: microseconds(from.processStartupTime) ?? 0,
      command: from.processName,
    });
    const end = microseconds(from.processShutdownTime);
    if (end !== undefined) processes.setEnd(process, end, Number.NaN);
    this.processes.set(from.pid, process);
    return process;
  }
}

/** The number of `12` or `12.1`, which is how an id that was used again is written; 0 for what is none. */
function idOf(text: string): number {
  const id = Number(/^\d+/.exec(text)?.[0] ?? 0);
  return id <= 0xffffffff ? id : 0;
}

/** A time of the model, undefined for what is none. */
export function microseconds(milliseconds: number): number | undefined {
  const time = Math.round(milliseconds * 1000);
  return Number.isSafeInteger(time) ? time : undefined;
}

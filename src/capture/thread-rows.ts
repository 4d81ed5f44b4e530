import type { ProcessTable } from '../profile/processes.js';
import type { Profile } from '../profile/profile.js';
import type { ThreadId } from '../profile/threads.js';

/** The last row of each thread, by `threadKey`: a process that exec'ed has several. */
export function rowsByThread({ threads, processes }: Profile): Map<string, ThreadId> {
  const rows = new Map<string, ThreadId>();
  for (let row = 0; row < threads.length; row++) {
    const pid = processes.columns.pid.data[threads.columns.process.data[row]];
    rows.set(threadKey(pid, threads.columns.tid.data[row]), row);
  }
  return rows;
}

/** Adds a thread that was never sampled; undefined when its process is not in the profile. */
export function addThread({ threads, processes }: Profile, pid: number, tid: number): ThreadId | undefined {
  const process = lastProcess(processes, pid);
  if (process === undefined) return undefined;
  return threads.add(process, tid, '', processes.columns.start.data[process]);
}

export function threadKey(pid: number, tid: number): string {
  return `${pid}/${tid}`;
}

function lastProcess(processes: ProcessTable, pid: number): number | undefined {
  const row = processes.columns.pid.data.subarray(0, processes.length).lastIndexOf(pid);
  return row < 0 ? undefined : row;
}

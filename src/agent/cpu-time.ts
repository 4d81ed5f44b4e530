import fs from 'node:fs';

/** What the kernel has told of a thread so far, in ns; null where it does not. */
export interface ThreadTimes {
  readonly cpuNs: number | null;
  readonly delayNs: number | null;
}

/** The times of a thread of this process. */
export function threadTimes(tid: number): ThreadTimes {
  try {
    return parseSchedstat(fs.readFileSync(`/proc/self/task/${tid}/schedstat`, 'latin1'));
  } catch {
    return { cpuNs: null, delayNs: null };
  }
}

/** A reading that took longer was interrupted, and does not belong to its time. */
const MAX_READ_US = 3000;
const TRIES = 3;

/** The times of a thread of this process, and when it was that it had used so much. */
export function timedThreadTimes(tid: number): ThreadTimes & { readonly timeUs: number } {
  let [beganUs, timeUs] = [0, 0];
  let times: ThreadTimes = { cpuNs: null, delayNs: null };
  for (let i = 0; i < TRIES && (i === 0 || timeUs - beganUs > MAX_READ_US); i++) {
    beganUs = nowUs();
    times = threadTimes(tid);
    timeUs = nowUs();
  }
  return { ...times, timeUs };
}

/** CLOCK_MONOTONIC in microseconds. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Documentation/scheduler/sched-stats.rst: time on a CPU, time waiting for one, both in ns, and how often it got one. */
export function parseSchedstat(text: string): ThreadTimes {
  const [cpuNs, delayNs] = text.split(' ').map(Number);
  return { cpuNs, delayNs };
}

/** Linux's id of the thread this is called on, 0 where there is no /proc. */
export function currentTid(): number {
  try {
    return Number(fs.readlinkSync('/proc/thread-self').split('/').pop());
  } catch {
    return 0;
  }
}

/** CPU time of the whole process so far, in ns. */
export function processCpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

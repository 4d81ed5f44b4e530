import fs from 'node:fs';

/** CPU time the kernel has charged to a thread of this process so far, in ns; null where it does not tell. */
export function threadCpuNs(tid: number): number | null {
  try {
    // Documentation/scheduler/sched-stats.rst: the first number is the time spent on the CPU, in ns.
    return Number(fs.readFileSync(`/proc/self/task/${tid}/schedstat`, 'latin1').split(' ')[0]);
  } catch {
    return null;
  }
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

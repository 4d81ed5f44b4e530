import { readProc, statFields, threadIds } from '../procfs.js';

/** Ticks a second in /proc/PID/stat; USER_HZ is 100 on every machine that Node runs on. */
const TICKS_A_SECOND = 100;

/** CPU time in ns that the threads of a process were charged until now, to the nanosecond. */
export function threadsCpuNs(pid: number): number {
  return threadIds(pid).reduce((sum, tid) => {
    const field = readProc(`${pid}/task/${tid}/schedstat`)?.split(' ', 1)[0];
    return sum + (Number(field) || 0);
  }, 0);
}

/** CPU time in ms of a process since its start, threads that have ended included; to 10 ms. */
export function cpuMsSinceStart(pid: number): number {
  const fields = statFields(pid) ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND || 0;
}

/** How long ago, in ms, a process started whose start is so many ticks after boot. */
export function ageMs(startTicks: number): number {
  const uptime = Number(readProc('uptime')?.split(' ', 1)[0]);
  return Math.max(0, uptime * 1000 - (startTicks * 1000) / TICKS_A_SECOND);
}

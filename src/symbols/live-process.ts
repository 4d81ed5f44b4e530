import { readFileSync, statSync } from 'node:fs';

/** Linux reports times of processes in hundredths of a second to programs, whatever the kernel's own tick is. */
const MS_PER_TICK = 10;
/** Field 22 of /proc/PID/stat, counted from behind the command in parentheses, which may hold anything. */
const START_TIME_AFTER_COMMAND = 19;

/** The user of a process that lives, or undefined. */
export function userOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

/** The pid a process that lives has in its own container; `pid` when it cannot be told. */
export function innermostPid(pid: number): number {
  const line = /^NSpid:\s+(.*)$/m.exec(readProc(`/proc/${pid}/status`));
  return line === null ? pid : Number(line[1].trim().split(/\s+/).at(-1));
}

/** When a process that lives was started, in ms since 1970, to 10 ms; 0 when it cannot be told. */
export function startOf(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_AFTER_COMMAND]);
  const uptime = Number.parseFloat(readProc('/proc/uptime'));
  const started = Date.now() - uptime * 1000 + ticks * MS_PER_TICK;
  return Number.isFinite(started) ? started : 0;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it ended, or is not ours to look at
  }
}

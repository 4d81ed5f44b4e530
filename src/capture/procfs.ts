import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Reads a file of /proc; undefined when the process is gone or not ours to see. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** Ticks after boot at which the process started: with its pid, what tells it from a later one of the same pid. */
export function startTicks(pid: number): number | undefined {
  const field = statFields(pid)?.[19];
  return field === undefined ? undefined : Number(field);
}

/** Whether the process still exists and is the one that started then. A zombie is not alive. */
export function isAlive(pid: number, start: number): boolean {
  const fields = statFields(pid);
  return fields !== undefined && Number(fields[19]) === start && fields[0] !== 'Z';
}

/** Fields 3 (state) and on of `/proc/PID/stat`; the name in field 2 may hold anything, so they follow its last `)`. */
export function statFields(pid: number | 'self'): string[] | undefined {
  const stat = readProc(`${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Thread ids of a process, empty when it is gone. */
export function threadIds(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** Processes started by any thread of `pid` and still its children. */
export function childIds(pid: number): number[] {
  return threadIds(pid).flatMap((tid) => numbers(readProc(`${pid}/task/${tid}/children`) ?? ''));
}

/** Its command line's arguments; empty for a kernel thread or a process that is gone. */
export function commandLine(pid: number): string[] {
  return (readProc(`${pid}/cmdline`) ?? '').split('\0').slice(0, -1);
}

/** Its working directory, undefined when it may not be known. */
export function workingDirectory(pid: number): string | undefined {
  return readProcLink(`${pid}/cwd`);
}

/** The file it executes, undefined when it may not be known. */
export function executable(pid: number): string | undefined {
  return readProcLink(`${pid}/exe`);
}

/** What a link of /proc points to; undefined when the process is gone or not ours to see. */
export function readProcLink(path: string): string | undefined {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}

function numbers(text: string): number[] {
  return text.split(' ').filter(Boolean).map(Number);
}

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

/** The parents of a process, the nearest first. */
export function ancestors(pid: number): number[] {
  const found = [pid];
  // Ids are reused while this is read: what seems to go round does not.
  for (let at = parentId(pid); at > 0 && !found.includes(at); at = parentId(at)) found.push(at);
  return found.slice(1);
}

function parentId(pid: number): number {
  return Number(statFields(pid)?.[1] ?? 0);
}

/**
 * Its command line's arguments; empty for a kernel thread or a process that is gone. One that gave itself a title
 * has that in their place, with nothing after it.
 */
export function commandLine(pid: number): string[] {
  const text = (readProc(`${pid}/cmdline`) ?? '').replace(/\0+$/, '');
  return text === '' ? [] : text.split('\0');
}

/** The environment it was started with; empty when it may not be known. */
export function environment(pid: number): Map<string, string> {
  const pairs = (readProc(`${pid}/environ`) ?? '').split('\0').filter((pair) => pair.includes('='));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** Every process that may be seen. */
export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Fields of `/proc/PID/status` by their names; undefined when the process is gone. */
export function processStatus(pid: number | 'self'): Map<string, string> | undefined {
  const lines = readProc(`${pid}/status`)
    ?.split('\n')
    .filter((line) => line.includes(':\t'));
  return (
    lines &&
    new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
  );
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

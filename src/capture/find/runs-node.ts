import { basename } from 'node:path';
import { executable, readProc } from '../procfs.js';

/**
 * Whether a process runs Node, by the name of its executable or by the library that holds Node. Of another user's
 * process only the first word of its command line can be known.
 */
export function runsNode(pid: number, command: readonly string[]): boolean {
  const file = executable(pid)?.replace(/ \(deleted\)$/, '');
  if (/^node(js)?(-?v?\d[\w.]*)?$/.test(basename(file ?? command[0] ?? ''))) return true;
  return file !== undefined && libnodeOf(pid) !== undefined;
}

/** The path of the shared library that holds Node, as distributions build it; undefined when it is in the executable. */
export function libnodeOf(pid: number): string | undefined {
  return /\S*\/libnode\.so[^\s/]*/.exec(readProc(`${pid}/maps`) ?? '')?.[0];
}

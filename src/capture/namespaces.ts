import { readProcLink } from './procfs.js';

export type Namespace = 'net' | 'mnt' | 'pid' | 'user';

/** Whether a namespace of the process is another than ours; one that may not be known is taken for ours. */
export function isElsewhere(pid: number, kind: Namespace): boolean {
  const theirs = readProcLink(`${pid}/ns/${kind}`);
  return theirs !== undefined && theirs !== readProcLink(`self/ns/${kind}`);
}

/** The kernel's number of the pid namespace that it starts with (include/linux/proc_ns.h, PROC_PID_INIT_INO). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** Whether we see only a part of the machine's processes, as in a container. */
export function isContained(): boolean {
  const own = readProcLink('self/ns/pid');
  return own !== undefined && own !== FIRST_PID_NAMESPACE;
}

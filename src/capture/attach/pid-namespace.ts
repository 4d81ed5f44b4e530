import { readProc, threadIds } from '../procfs.js';
import type { AgentRecord } from '../v8/agent-protocol.js';
import type { AttachTarget } from './target.js';

/** Puts the ids that a process in a pid namespace of its own tells into those that it has outside. */
export function outerIds({ pid, ownPid }: AttachTarget): (record: AgentRecord) => AgentRecord {
  if (pid === ownPid) return (record) => record;
  return (record) => {
    if (record.kind === 'process') return { ...record, pid, agentTid: outerTid(pid, record.agentTid) };
    if (record.kind === 'thread' || record.kind === 'piece')
      return { ...record, tid: outerTid(pid, record.tid) };
    return record;
  };
}

/** The thread that has the id `inner` in its innermost namespace; `inner` itself when it has ended. */
function outerTid(pid: number, inner: number): number {
  const tid = threadIds(pid).find((each) => {
    const ids = /^NSpid:\t(.*)$/m.exec(readProc(`${pid}/task/${each}/status`) ?? '')?.[1];
    return Number(ids?.split('\t').at(-1)) === inner;
  });
  return tid ?? inner;
}

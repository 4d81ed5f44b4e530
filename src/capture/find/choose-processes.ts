import { processesAtPort } from './at-port.js';
import { clusterWorkers, nodeDescendants } from './cluster.js';

/** One thing that was asked to be recorded: a process, or who listens at a port. */
export type Asked = { readonly pid: number } | { readonly port: number };

/** The processes to attach to. */
export interface ChosenProcesses {
  readonly pids: readonly number[];
  /** Those that belong to them, recorded where that can be. */
  readonly relatives: readonly number[];
  /** What was found beyond what was asked, one sentence each. */
  readonly words: readonly string[];
}

/**
 * Finds the processes that are meant. A cluster's primary does next to nothing itself: its workers come with it.
 * @param children true: also the Node processes below each in the tree; false: not even a cluster's workers
 * @throws UserError when nobody listens at a port
 */
export function chooseProcesses(asked: readonly Asked[], children: boolean | undefined): ChosenProcesses {
  const pids = new Set<number>();
  const relatives = new Set<number>();
  const words: string[] = [];
  for (const one of asked) {
    const found = 'pid' in one ? [one.pid] : processesAtPort(one.port);
    if ('port' in one && found.length > 1) {
      words.push(
        `${found.length} processes listen at port ${one.port} (${found.join(', ')}): all of them are recorded`,
      );
    }
    for (const pid of found) {
      pids.add(pid);
      const more = children === false ? [] : children ? nodeDescendants(pid) : clusterWorkers(pid);
      for (const each of more) relatives.add(each);
      if (more.length > 0) words.push(relativeWords(pid, more, children === true));
    }
  }
  for (const pid of pids) relatives.delete(pid);
  return { pids: [...pids], relatives: [...relatives], words };
}

function relativeWords(pid: number, more: readonly number[], asked: boolean): string {
  const one = more.length === 1;
  if (asked)
    return `${more.length} Node ${one ? 'process' : 'processes'} below process ${pid}: ${more.join(', ')}`;
  const workers = `its ${one ? 'worker' : `${more.length} workers`} (${more.join(', ')})`;
  return `process ${pid} is the primary of a cluster: ${workers} ${one ? 'is' : 'are'} recorded too; --no-children leaves ${one ? 'it' : 'them'} out`;
}

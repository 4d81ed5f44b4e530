import { childIds, commandLine, environment } from '../procfs.js';
import { runsNode } from './runs-node.js';

/** Whether a process was started by `cluster.fork`, by what that puts into the environment it starts with. */
export function isClusterWorker(pid: number): boolean {
  return environment(pid).has('NODE_UNIQUE_ID');
}

/** The workers of a cluster's primary; empty of any other process. A worker's own children do not inherit the mark. */
export function clusterWorkers(pid: number): number[] {
  return childIds(pid).filter(isClusterWorker);
}

/** The Node processes below one in the tree of processes as it is now, parents before children. */
export function nodeDescendants(pid: number): number[] {
  const found = new Set([pid]);
  // A set is walked with what is added meanwhile: each process once, however the tree changes while it is read.
  for (const parent of found) for (const child of childIds(parent)) found.add(child);
  found.delete(pid);
  return [...found].filter((each) => runsNode(each, commandLine(each)));
}

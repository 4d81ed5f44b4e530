import { UserError } from '../../profile/errors.js';
import { commandLine, processIds } from '../procfs.js';
import { listeningSockets, ownListeningSockets } from '../sockets.js';
import { runsNode } from './runs-node.js';

/**
 * The processes that listen on a TCP port of our network: the Node processes among them, else whoever does. Several
 * can share one socket (a cluster without a scheduler), or have one each (SO_REUSEPORT).
 * @throws UserError when there is none that may be seen
 */
export function processesAtPort(port: number): number[] {
  const inodes = new Set(listeningSockets('self').flatMap((one) => (one.port === port ? [one.inode] : [])));
  const holders = inodes.size === 0 ? [] : processIds().filter((pid) => holds(pid, inodes));
  if (holders.length === 0) throw nobody(port, inodes.size > 0);
  const nodes = holders.filter((pid) => runsNode(pid, commandLine(pid)));
  return nodes.length > 0 ? nodes : [holders[0]];
}

function holds(pid: number, inodes: ReadonlySet<string>): boolean {
  return ownListeningSockets(pid).some(({ inode }) => inodes.has(inode));
}

function nobody(port: number, isHidden: boolean): UserError {
  const why = isHidden ? 'who listens is another user; use sudo' : whoElse(port);
  return new UserError('ATTACH_NO_PROCESS', `There is no process to record at port ${port}: ${why}.`, 2);
}

/** The same port of another network is another port: it is only told of. */
function whoElse(port: number): string {
  const inside = processIds().filter((pid) => ownListeningSockets(pid).some((one) => one.port === port));
  if (inside.length === 0) return 'nobody listens there; see stackscope ps';
  return `nobody listens there, but for a container with a network of its own: record that one with -p ${inside[0]}`;
}

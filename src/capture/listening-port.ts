import type { SeenProcess } from './process-tree.js';
import { ownListeningSockets } from './sockets.js';

const DEFAULT_INSPECTOR_PORT = 9229;

/** A TCP port one of the processes listens on, Node's inspector apart; undefined as long as none does. */
export function listeningPort(processes: readonly SeenProcess[]): number | undefined {
  for (const { pid, command } of processes) {
    const inspector = inspectorPort(command);
    const found = ownListeningSockets(pid).find(({ port }) => port !== inspector);
    if (found !== undefined) return found.port;
  }
  return undefined;
}

function inspectorPort(command: readonly string[]): number | undefined {
  const option = command.find((word) => /^--inspect(-brk|-wait|-port)?(=|$)/.test(word));
  if (option === undefined) return undefined;
  return Number(/(\d+)$/.exec(option)?.[1] ?? DEFAULT_INSPECTOR_PORT);
}

import { readdirSync } from 'node:fs';
import type { SeenProcess } from './process-tree.js';
import { readProc, readProcLink } from './procfs.js';

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';
const DEFAULT_INSPECTOR_PORT = 9229;

/** A TCP port one of the processes listens on, Node's inspector apart; undefined as long as none does. */
export function listeningPort(processes: readonly SeenProcess[]): number | undefined {
  for (const { pid, command } of processes) {
    const inspector = inspectorPort(command);
    const ports = listeningSockets(pid);
    if (ports.size === 0) continue;
    for (const inode of socketInodes(pid)) {
      const port = ports.get(inode);
      if (port !== undefined && port !== inspector) return port;
    }
  }
  return undefined;
}

/** Port by inode of every listening socket in the process's network namespace. */
function listeningSockets(pid: number): Map<string, number> {
  const ports = new Map<string, number>();
  for (const table of ['tcp', 'tcp6']) {
    for (const line of (readProc(`${pid}/net/${table}`) ?? '').split('\n').slice(1)) {
      // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
      const fields = line.trim().split(/\s+/);
      if (fields[3] === LISTEN) ports.set(fields[9], Number.parseInt(fields[1].split(':')[1], 16));
    }
  }
  return ports;
}

function socketInodes(pid: number): string[] {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readProcLink(`${pid}/fd/${fd}`));
    return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? []);
  } catch {
    return [];
  }
}

function inspectorPort(command: readonly string[]): number | undefined {
  const option = command.find((word) => /^--inspect(-brk|-wait|-port)?(=|$)/.test(word));
  if (option === undefined) return undefined;
  return Number(/(\d+)$/.exec(option)?.[1] ?? DEFAULT_INSPECTOR_PORT);
}

import { clusterWorkers } from '../find/cluster.js';
import { isAlive, startTicks } from '../procfs.js';
import { ownListeningSockets } from '../sockets.js';
import { closeInspector } from './inject.js';
import { isInspector } from './inspector-client.js';
import { Network } from './network.js';
import type { AttachTarget } from './target.js';

const ASK_LIMIT_MS = 500;

interface Worker {
  readonly pid: number;
  readonly startTicks: number;
  /** Inodes of the sockets that are its own business, or were looked at. */
  readonly known: Set<string>;
}

/**
 * A cluster's primary whose inspector is opened has each of its workers open one too (`NODE_DEBUG_ENABLED` in Node's
 * lib/internal/cluster/primary.js). Nobody asked for those: they are closed again.
 */
export class WokenWorkers {
  private readonly workers: readonly Worker[];

  /** To be made before the primary is signalled. */
  constructor(private readonly primary: AttachTarget) {
    this.workers = clusterWorkers(primary.pid).map((pid) => ({
      pid,
      startTicks: startTicks(pid) ?? 0,
      known: new Set(ownListeningSockets(pid).map(({ inode }) => inode)),
    }));
  }

  /** Closes what was opened until now. A worker that is busy opens its inspector late, so again and again. */
  async close(): Promise<void> {
    for (const worker of this.workers) {
      if (!isAlive(worker.pid, worker.startTicks)) continue;
      for (const { inode, isLoopback, host, port } of ownListeningSockets(worker.pid)) {
        if (worker.known.has(inode) || !isLoopback) continue;
        worker.known.add(inode);
        await this.closeAt(host, port);
      }
    }
  }

  private async closeAt(host: string, port: number): Promise<void> {
    const network = await Network.enter(this.primary.pid);
    try {
      const connect = () => network.connect(host, port);
      if (await isInspector(connect, ASK_LIMIT_MS))
        await closeInspector({ host, port, opened: true, connect });
    } finally {
      network.leave();
    }
  }
}

import type { MessagePort } from 'node:worker_threads';
import type { AgentConfig, AgentRecord } from './config.js';
import { Spool } from './spool.js';
import { Wire } from './wire.js';

/**
 * What the recorder wants: that we go on; that we take the last pieces and leave. Or it is `gone`, and nobody but us
 * removes what is left; `over` where it has removed that already.
 */
export type Wish = 'go on' | 'stop' | 'gone' | 'over';

/** Where records go, and the recorder's wish comes from. */
export interface Outlet {
  /** Throws when the record cannot be written: the disk is full, nobody reads. */
  write(record: AgentRecord): void;
  wish(): Wish;
  /** Resolves when what was written is where it stays when this process ends. */
  flushed(): Promise<void>;
  /** Removes what nobody will read. */
  remove(): void;
}

/** @param port to a recorder that is a thread of this very process */
export function outletOf(config: AgentConfig, port: MessagePort | undefined): Outlet {
  if (port !== undefined) return new Port(port);
  return config.socket === undefined ? new Spool(config) : new Wire(config.socket);
}

/** To another thread, without a copy as text. */
class Port implements Outlet {
  private wished: Wish = 'go on';

  constructor(private readonly port: MessagePort) {
    port.on('message', () => {
      this.wished = 'stop';
    });
    port.on('close', () => {
      this.wished = 'gone';
    });
  }

  write(record: AgentRecord): void {
    this.port.postMessage(record);
  }

  wish(): Wish {
    return this.wished;
  }

  async flushed(): Promise<void> {}

  remove(): void {
    this.port.close();
  }
}

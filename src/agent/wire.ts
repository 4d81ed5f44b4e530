import net from 'node:net';
import type { AgentRecord, RecorderSocket } from './config.js';
import type { Outlet, Wish } from './outlet.js';

/** Bytes that may wait for the recorder; past it nobody reads. */
const MAX_WAITING = 256 * 1024 * 1024;

/**
 * A connection to the recorder, where there is no folder that both can write to: our token on the first line, then a
 * record on each, as JSON. Whatever comes back means that we are to stop.
 */
export class Wire implements Outlet {
  private readonly socket: net.Socket;
  private wished: Wish = 'go on';

  constructor({ host, port, token }: RecorderSocket) {
    this.socket = net.connect({ host, port, noDelay: true });
    this.socket.on('data', () => {
      this.wished = 'stop';
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.wished = 'gone';
    });
    this.socket.write(`${token}\n`);
  }

  write(record: AgentRecord): void {
    if (this.wished === 'gone') return;
    if (this.socket.writableLength > MAX_WAITING) throw new Error('nobody reads the recording');
    this.socket.write(`${JSON.stringify(record)}\n`);
  }

  wish(): Wish {
    return this.wished;
  }

  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.wished === 'gone') resolve();
      else this.socket.end(resolve);
    });
  }

  remove(): void {
    this.socket.destroy();
  }
}

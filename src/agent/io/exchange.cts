/** One HTTP request from its call to the end of the answer, whichever client makes it. */
import type net = require('node:net');
import nowUs = require('./clock.cjs');
import Connecting = require('./connecting.cjs');
import type Connections = require('./connections.cjs');
import errorWord = require('./error-word.cjs');
import type Operation = require('./operation.cjs');

class Exchange {
  private socket: net.Socket | undefined;
  private isFresh = false;
  /** From when on the answer is waited for. */
  private sentUs: number | undefined;
  private headersUs: number | undefined;
  private bytesRead = 0;
  private bytesWritten = 0;

  constructor(
    private readonly operation: Operation,
    private readonly connections: Connections,
  ) {}

  /** It got the socket it travels on, which may be still connecting. */
  on(socket: net.Socket): void {
    if (this.socket !== undefined) return;
    this.socket = socket;
    this.sentUs = nowUs();
    const { start } = this.operation;
    const connecting = this.connections.of(socket);
    this.isFresh = connecting !== undefined && !connecting.isUsed && connecting.startUs >= start;
    if (connecting !== undefined) connecting.isUsed = true;
    if (this.isFresh) {
      // The wait from then on is told by the connection's own phases.
      connecting!.operation.setParent(this.operation);
      this.operation.set({ queue: connecting!.startUs - start });
    } else {
      this.bytesRead = socket.bytesRead;
      this.bytesWritten = socket.bytesWritten;
      this.operation.set({ queue: this.sentUs - start });
    }
  }

  /** The answer began. */
  answered(status: number): void {
    this.headersUs = nowUs();
    const facts: Operation.Facts = { result: String(status) };
    // Now: the socket may have been closed by the end of the answer.
    if (this.socket !== undefined) Object.assign(facts, this.peer(this.socket));
    this.operation.set(facts);
  }

  /** The answer is here whole. */
  finished(): void {
    this.end({});
  }

  failed(error: unknown): void {
    this.end({ error: errorWord(error) }, error as Error);
  }

  private end(facts: Operation.Facts, error?: Error): void {
    const endUs = nowUs();
    const all: Operation.Facts = { ...facts };
    if (this.socket !== undefined) this.describe(this.socket, all, error);
    else Object.assign(all, this.peerOfError(error));
    if (this.headersUs !== undefined) all.body = endUs - this.headersUs;
    this.operation.end(all, endUs);
  }

  private describe(socket: net.Socket, facts: Operation.Facts, error: Error | undefined): void {
    const connecting = this.connections.of(socket);
    if (this.headersUs === undefined) Object.assign(facts, this.peer(socket, error));
    if (this.isFresh && connecting !== undefined) Object.assign(facts, connecting.phases);
    if (this.headersUs !== undefined && this.sentUs !== undefined) {
      const waitedFrom = this.isFresh ? Math.max(this.sentUs, connecting?.readyUs ?? 0) : this.sentUs;
      facts.firstByte = Math.max(0, this.headersUs - waitedFrom);
    }
    facts.bytesIn = Math.max(0, socket.bytesRead - this.bytesRead);
    facts.bytesOut = Math.max(0, socket.bytesWritten - this.bytesWritten);
  }

  /** The name that was asked for stays. */
  private peer(socket: net.Socket, error?: Error): Operation.Facts {
    const { host, ...place } = Connecting.peer(socket, this.connections.of(socket), error);
    return this.operation.fields.host === undefined && host !== undefined ? { host, ...place } : place;
  }

  private peerOfError(error: Error | undefined): Operation.Facts {
    const { address, port } = (error ?? {}) as { address?: string; port?: number };
    return { ...(address === undefined ? {} : { address }), ...(port === undefined ? {} : { port }) };
  }
}

export = Exchange;

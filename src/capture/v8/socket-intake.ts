import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AgentRecord, RecorderSocket } from './agent-protocol.js';
import { type HandedRecord, type Intake, MAX_RECORD_BYTES } from './intake.js';

const HOST = '127.0.0.1';
const NEWLINE = 10;
const TOKEN_BYTES = 32;
/** Strangers that may call before the agent does, and for how long they may say nothing. */
const MAX_CALLERS = 16;
const SILENCE_MS = 2000;

/**
 * Takes in what one agent sends over a connection, where there is no folder that it and we can write to. Its first
 * line is the token, which only it was told; every other is a record.
 */
export class SocketIntake implements Intake {
  private readonly token = randomBytes(TOKEN_BYTES / 2).toString('hex');
  private readonly server: Server;
  private readonly callers = new Set<Socket>();
  private agent: Socket | undefined;
  private records: AgentRecord[] = [];

  /** @param process its key, see `HandedRecord` */
  private constructor(private readonly process: string) {
    this.server = createServer((caller) => this.greet(caller));
    this.server.maxConnections = MAX_CALLERS;
    this.server.unref();
  }

  static async open(process: string): Promise<SocketIntake> {
    const intake = new SocketIntake(process);
    intake.server.listen(0, HOST);
    await once(intake.server, 'listening');
    return intake;
  }

  /** For the agent to call. */
  get address(): RecorderSocket {
    const { port } = this.server.address() as { port: number };
    return { host: HOST, port, token: this.token };
  }

  *drain(): Generator<HandedRecord> {
    const { process, records } = this;
    this.records = [];
    for (const record of records) yield { process, record };
  }

  stop(): boolean {
    this.agent?.write('stop\n');
    return this.agent !== undefined;
  }

  close(): void {
    this.server.close();
    for (const caller of this.callers) caller.destroy();
  }

  private greet(caller: Socket): void {
    this.callers.add(caller);
    caller.on('error', () => {});
    caller.on('close', () => this.callers.delete(caller));
    caller.unref();
    caller.setTimeout(SILENCE_MS, () => this.agent !== caller && caller.destroy());
    const limit = () => (this.agent === caller ? MAX_RECORD_BYTES : TOKEN_BYTES);
    const lines = new Lines(limit, (line) => this.take(caller, line));
    caller.on('data', (bytes: Buffer) => lines.add(bytes));
  }

  private take(caller: Socket, line: Buffer | undefined): void {
    if (this.agent === caller) this.records.push(parsed(line));
    else if (this.agent === undefined && line?.toString() === this.token) this.welcome(caller);
    else caller.destroy();
  }

  private welcome(caller: Socket): void {
    this.agent = caller;
    this.server.close();
    for (const other of this.callers) if (other !== caller) other.destroy();
  }
}

function parsed(line: Buffer | undefined): AgentRecord {
  try {
    if (line === undefined) throw new Error('it is too large');
    return JSON.parse(line.toString()) as AgentRecord;
  } catch (error) {
    return { kind: 'failed', reason: `a piece cannot be read: ${(error as Error).message}` };
  }
}

/** Puts lines together from what comes; one that is too long is told once, as undefined, and left out. */
class Lines {
  private parts: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly limit: () => number,
    private readonly onLine: (line: Buffer | undefined) => void,
  ) {}

  add(bytes: Buffer): void {
    for (let from = 0; ; ) {
      const end = bytes.indexOf(NEWLINE, from);
      this.keep(bytes.subarray(from, end < 0 ? bytes.length : end));
      if (end < 0) return;
      this.onLine(this.length > this.limit() ? undefined : Buffer.concat(this.parts));
      this.parts = [];
      this.length = 0;
      from = end + 1;
    }
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length > this.limit()) this.parts = [];
    else this.parts.push(part);
  }
}

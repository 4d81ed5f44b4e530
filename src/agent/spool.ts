import fs from 'node:fs';
import path from 'node:path';
import { type AgentConfig, type AgentRecord, HEARTBEAT_FILE, STOP_FILE } from './config.js';
import type { Outlet, Wish } from './outlet.js';

/** Files that may wait for the collector; past it the collector is gone, and so are we. */
const MAX_WAITING = 512;
/** A recorder that gives no sign for so long is gone, or was stopped. */
const HEARTBEAT_LIMIT_NS = 10_000_000_000n;

/** Writes records where the collector finds them, one file each, so that what is read is freed at once. */
export class Spool implements Outlet {
  private sequence = 0;
  private heartbeat = { mtimeMs: 0, seenNs: process.hrtime.bigint() };
  private readonly directory: string;
  private readonly needsHeartbeat: boolean;
  /** Unique to the process: its id and the time it started. */
  private readonly prefix = `${process.pid}-${process.hrtime.bigint()}`;

  constructor({ spool, attached }: AgentConfig) {
    this.directory = spool;
    this.needsHeartbeat = attached !== undefined;
  }

  write(record: AgentRecord): void {
    const oldest = this.sequence - MAX_WAITING;
    if (oldest >= 0 && fs.existsSync(this.file(oldest))) throw new Error('nobody reads the recording');
    const file = this.file(this.sequence++);
    fs.writeFileSync(`${file}.part`, JSON.stringify(record), { mode: 0o600 });
    fs.renameSync(`${file}.part`, file);
  }

  wish(): Wish {
    if (!fs.existsSync(this.directory)) return 'over';
    if (this.needsHeartbeat && !this.isWanted()) return 'gone';
    return fs.existsSync(path.join(this.directory, STOP_FILE)) ? 'stop' : 'go on';
  }

  async flushed(): Promise<void> {}

  remove(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  /** Whether the recorder lives: it touches a file every second. */
  private isWanted(): boolean {
    const file = path.join(this.directory, HEARTBEAT_FILE);
    const mtimeMs = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const seenNs = process.hrtime.bigint();
    if (mtimeMs !== this.heartbeat.mtimeMs) this.heartbeat = { mtimeMs, seenNs };
    return seenNs - this.heartbeat.seenNs < HEARTBEAT_LIMIT_NS;
  }

  private file(sequence: number): string {
    return path.join(this.directory, `${this.prefix}-${String(sequence).padStart(9, '0')}.json`);
  }
}

import fs from 'node:fs';
import path from 'node:path';
import type { AgentRecord } from './config.js';

/** Files that may wait for the collector; past it the collector is gone, and so are we. */
const MAX_WAITING = 512;

/** Writes records where the collector finds them, one file each, so that what is read is freed at once. */
export class Spool {
  private sequence = 0;

  constructor(
    private readonly directory: string,
    /** Unique to the process: its id and the time it started. */
    private readonly prefix: string,
  ) {}

  /** Throws when the record cannot be written: the directory is gone, the disk is full, nobody reads. */
  write(record: AgentRecord): void {
    const oldest = this.sequence - MAX_WAITING;
    if (oldest >= 0 && fs.existsSync(this.file(oldest))) throw new Error('nobody reads the recording');
    const file = this.file(this.sequence++);
    fs.writeFileSync(`${file}.part`, JSON.stringify(record), { mode: 0o600 });
    fs.renameSync(`${file}.part`, file);
  }

  /** Whether the collector has written a file of that name. */
  has(name: string): boolean {
    return fs.existsSync(path.join(this.directory, name));
  }

  /** When a file of that name was last written to, 0 when there is none. */
  modified(name: string): number {
    return fs.statSync(path.join(this.directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  remove(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  get present(): boolean {
    return fs.existsSync(this.directory);
  }

  private file(sequence: number): string {
    return path.join(this.directory, `${this.prefix}-${String(sequence).padStart(9, '0')}.json`);
  }
}

/** Writes batches where the recorder finds them, one file each; as src/agent/spool.ts does with pieces of profile. */
import fs = require('node:fs');
import path = require('node:path');

import type { OperationsBatch } from './batch.js' with { 'resolution-mode': 'import' };

const { existsSync, renameSync, writeFileSync } = fs;
/** Files that may wait; past it the recorder is gone, and so are we. */
const MAX_WAITING = 512;

class BatchFiles {
  private sequence = 0;

  constructor(
    private readonly directory: string,
    /** Unique to the thread. */
    private readonly prefix: string,
  ) {}

  /** Throws when it cannot be written: the directory is gone, the disk is full, nobody reads. */
  write(batch: OperationsBatch): void {
    const oldest = this.sequence - MAX_WAITING;
    if (oldest >= 0 && existsSync(this.file(oldest))) throw new Error('nobody reads the recording');
    const file = this.file(this.sequence++);
    writeFileSync(`${file}.part`, JSON.stringify(batch), { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }

  private file(sequence: number): string {
    return path.join(this.directory, `${this.prefix}-${String(sequence).padStart(9, '0')}.json`);
  }
}

export = BatchFiles;

import { lstatSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationsBatch } from './batch.js';

/** A larger batch than the hooks' bounds allow: not ours. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** A batch and the thread that wrote it; `batch` is undefined when it cannot be read. */
export interface WrittenBatch {
  readonly writer: string;
  readonly batch: OperationsBatch | undefined;
}

/** Reads and removes what the hooks have written so far, each thread's batches in their order. */
export function* drainBatches(directory: string): Generator<WrittenBatch> {
  const files = readdirSync(directory).filter((name) => /^\d+-\d+-\d+\.json$/.test(name));
  for (const name of files.sort()) {
    const path = join(directory, name);
    const batch = readBatch(path);
    unlinkSync(path);
    yield { writer: name.slice(0, name.lastIndexOf('-')), batch };
  }
}

function readBatch(path: string): OperationsBatch | undefined {
  try {
    const known = lstatSync(path);
    if (!known.isFile() || known.size > MAX_FILE_BYTES) return undefined;
    return JSON.parse(readFileSync(path, 'utf8')) as OperationsBatch;
  } catch {
    return undefined;
  }
}

import { lstatSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentRecord } from './agent-protocol.js';

/** A larger piece than any half second of profile: not ours. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** One record and the process that wrote it: `PID-START`, unique to the process. */
export interface SpooledRecord {
  readonly process: string;
  readonly record: AgentRecord;
}

/** Reads and removes what the agents have written so far, each process's records in their order. */
export function* drainSpool(directory: string): Generator<SpooledRecord> {
  const files = readdirSync(directory).filter((name) => /^\d+-\d+-\d+\.json$/.test(name));
  for (const name of files.sort()) {
    const path = join(directory, name);
    const record = readRecord(path);
    unlinkSync(path);
    yield { process: name.slice(0, name.lastIndexOf('-')), record };
  }
}

function readRecord(path: string): AgentRecord {
  try {
    const known = lstatSync(path);
    if (!known.isFile()) throw new Error('it is no file');
    if (known.size > MAX_FILE_BYTES) throw new Error('it is too large');
    return JSON.parse(readFileSync(path, 'utf8')) as AgentRecord;
  } catch (error) {
    return { kind: 'failed', reason: `a piece cannot be read: ${(error as Error).message}` };
  }
}

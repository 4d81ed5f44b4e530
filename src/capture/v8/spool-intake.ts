import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { type AgentRecord, STOP_FILE } from './agent-protocol.js';
import { type HandedRecord, type Intake, MAX_RECORD_BYTES } from './intake.js';

/** The spool may be another user's, who must not have us write elsewhere. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;

/** Reads and removes what the agents write to a directory of ours, a file for each record. */
export class SpoolIntake implements Intake {
  constructor(private readonly directory: string) {}

  *drain(): Generator<HandedRecord> {
    const files = readdirSync(this.directory).filter((name) => /^\d+-\d+-\d+\.json$/.test(name));
    for (const name of files.sort()) {
      const path = join(this.directory, name);
      const record = readRecord(path);
      unlinkSync(path);
      yield { process: name.slice(0, name.lastIndexOf('-')), record };
    }
  }

  stop(): boolean {
    if (!existsSync(this.directory)) return false;
    closeSync(openSync(join(this.directory, STOP_FILE), CREATE, 0o644));
    return true;
  }
}

function readRecord(path: string): AgentRecord {
  try {
    const known = lstatSync(path);
    if (!known.isFile()) throw new Error('it is no file');
    if (known.size > MAX_RECORD_BYTES) throw new Error('it is too large');
    return JSON.parse(readFileSync(path, 'utf8')) as AgentRecord;
  } catch (error) {
    return { kind: 'failed', reason: `a piece cannot be read: ${(error as Error).message}` };
  }
}

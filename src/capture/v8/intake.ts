import type { AgentRecord } from './agent-protocol.js';

/** One record and the process that wrote it: `PID-START`, unique to the process. */
export interface HandedRecord {
  readonly process: string;
  readonly record: AgentRecord;
}

/** Where the agents' records come in. */
export interface Intake {
  /** What has come since the last call, each process's records in their order. */
  drain(): Iterable<HandedRecord>;
  /** Asks every agent to hand over its last pieces and leave; false when nobody can be asked any more. */
  stop(): boolean;
}

/** A larger piece than any half second of profile: not ours. */
export const MAX_RECORD_BYTES = 256 * 1024 * 1024;

/** What the hooks in a thread tell of its operations, a few times a second; times are CLOCK_MONOTONIC in microseconds. */
export interface OperationsBatch {
  readonly pid: number;
  /** Linux's id of the thread, 0 where it is not known. */
  readonly tid: number;
  readonly main: boolean;
  /** Frames met for the first time: numbered through all batches of a thread, from 0. */
  readonly frames: readonly BatchFrame[];
  /** Stacks met for the first time: numbered from 1, each by its parent (0 is none) and its innermost frame. */
  readonly stacks: readonly (readonly [parent: number, frame: number])[];
  /** In the order they began, so that parents come first. */
  readonly begun: readonly BegunOperation[];
  /** What became known of those that an earlier batch began. */
  readonly changed: readonly BatchOperation[];
  /** Operations that were not recorded, and of those the ones that a recorded one stands for. */
  readonly leftOut: number;
  readonly stoodFor: number;
  /** Stacks that could not be taken. */
  readonly noStack: number;
}

/** Name, url, line and column being executed, line and column of the definition; from 1. */
export type BatchFrame = readonly [
  name: string,
  url: string,
  line: number,
  column: number,
  definitionLine: number,
  definitionColumn: number,
];

/** Of the kinds of src/profile/operations.ts, by their names there. */
export type BatchKind = 'dns' | 'connect' | 'http' | 'request';

/** Fields as in the model's operations; phases in microseconds. */
export interface BatchOperation {
  readonly id: number;
  readonly end?: number;
  readonly queue?: number;
  readonly dns?: number;
  readonly connect?: number;
  readonly tls?: number;
  readonly firstByte?: number;
  readonly body?: number;
  readonly attempts?: number;
  readonly host?: string;
  readonly address?: string;
  readonly port?: number;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly result?: string;
  readonly error?: string;
  readonly count?: number;
  readonly parent?: number;
}

export interface BegunOperation extends BatchOperation {
  readonly kind: BatchKind;
  readonly name?: string;
  readonly start: number;
  readonly stack?: number;
  readonly asyncStack?: number;
}

/** What stackscope tells the hooks, as JSON in one environment variable. */
export interface OperationsConfig {
  /** Directory (0700, ours) that batches are written to. */
  readonly spool: string;
  /** Whether child processes are recorded too. */
  readonly children: boolean;
  /** Without children: the process whose child is recorded, and nobody else. */
  readonly onlyChildOf?: number;
}

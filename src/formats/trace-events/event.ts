import type { NodeList } from '../cpuprofile/node-list.js';

/**
 * One event as the file has it ("Trace Event Format" by Google). There is one object, filled anew for each event:
 * copy what is to stay. Texts are decoded only where they are short and few; names and categories are ids of `Texts`.
 */
export interface TraceEvent {
  phase: number;
  name: number;
  category: number;
  /** Microseconds, NaN when not told. */
  ts: number;
  dur: number;
  /** A number, or minus one minus the id of the text that stands there. */
  pid: number;
  tid: number;
  /** '' when there is none; `global:` before one that all processes share. */
  id: string;
  scope: string;
  readonly args: EventArgs;
}

/** The arguments that something is made of; undefined or '' when not there. */
export interface EventArgs {
  name: string;
  role: string;
  /** Node's version. */
  node: string;
  /** Of a slice that we wrote: where its function is. */
  file: string;
  line: number;
  column: number;
  /** Of an operation, by our names or Node's. */
  texts: Map<OperationText, string>;
  numbers: Map<OperationNumber, number>;
  profile: ProfilePart | undefined;
}

export const OPERATION_TEXTS = ['host', 'address', 'result', 'error'] as const;
export type OperationText = (typeof OPERATION_TEXTS)[number];
export const OPERATION_NUMBERS = [
  'queue',
  'dns',
  'connect',
  'tls',
  'firstByte',
  'body',
  'bytesIn',
  'bytesOut',
  'port',
  'attempts',
  'count',
] as const;
export type OperationNumber = (typeof OPERATION_NUMBERS)[number];

/** What a `Profile` or `ProfileChunk` event brings of V8's samples. */
export interface ProfilePart {
  startTime: number | undefined;
  endTime: number | undefined;
  source: string;
  /** Adds the nodes of this part to those of the parts before it. */
  readonly nodes: Parameters<NodeList['add']>[];
  readonly samples: number[];
  readonly timeDeltas: number[];
  /** The line that was executing in each sample. */
  readonly lines: number[];
}

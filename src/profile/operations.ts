import { F64Column, U8Column, U32Column } from './columns.js';
import { ROOT, type StackId } from './stacks.js';
import type { StringTable } from './strings.js';
import type { ThreadId } from './threads.js';
import { TouchedRows } from './touched-rows.js';

export type OperationId = number;

/** Stands for "part of no other operation". */
export const NO_OPERATION = 0xffffffff;

/** What was waited for. What other tools call markers or asynchronous events is `Other`, told apart by its name. */
export enum OperationKind {
  Other = 0,
  Dns = 1,
  Connect = 2,
  Tls = 3,
  Http = 4,
  Udp = 5,
  Fs = 6,
  Timer = 7,
  /** Work on libuv's pool of threads: crypto, zlib. */
  Pool = 8,
  /** A child process. */
  Child = 9,
  /** An HTTP request that the program serves: what it calls meanwhile is part of it. */
  Request = 10,
  /** A question and its answer over a connection that is kept: a database's, a message broker's. */
  Query = 11,
}

/** Names of the kinds as reports and JSON write them, by value. */
export const OPERATION_KIND_NAMES = Object.values({
  [OperationKind.Other]: 'other',
  [OperationKind.Dns]: 'dns',
  [OperationKind.Connect]: 'connect',
  [OperationKind.Tls]: 'tls',
  [OperationKind.Http]: 'http',
  [OperationKind.Udp]: 'udp',
  [OperationKind.Fs]: 'fs',
  [OperationKind.Timer]: 'timer',
  [OperationKind.Pool]: 'pool',
  [OperationKind.Child]: 'child',
  [OperationKind.Request]: 'request',
  [OperationKind.Query]: 'query',
} as const satisfies Record<OperationKind, string>);

/** Where an operation was seen from: bits. */
export enum OperationSide {
  /** A file of another tool, which does not tell. */
  Unknown = 0,
  Kernel = 1,
  Agent = 2,
  Both = 3,
}

/** Names of the sides as reports and JSON write them, by value. */
export const OPERATION_SIDE_NAMES = Object.values({
  [OperationSide.Unknown]: 'unknown',
  [OperationSide.Kernel]: 'kernel',
  [OperationSide.Agent]: 'agent',
  [OperationSide.Both]: 'both',
} as const satisfies Record<OperationSide, string>);

/** What is known of an operation. What is left out is not known, or none. */
export interface OperationFields {
  readonly kind: OperationKind;
  /** In the words of its source: the path of a request, a marker's name. */
  readonly name?: string;
  readonly thread: ThreadId;
  /** Microseconds from the recording's start. */
  readonly start?: number;
  /** Likewise; left out while it goes on. */
  readonly end?: number;
  /** Phases, in microseconds: waiting for its turn (a pool thread, a free socket) … */
  readonly queue?: number;
  readonly dns?: number;
  readonly connect?: number;
  readonly tls?: number;
  /** … from the request sent to the first byte of the answer … */
  readonly firstByte?: number;
  /** … and from there to its end. */
  readonly body?: number;
  /** Tries that it took, retries and addresses tried side by side; 1 unless given. */
  readonly attempts?: number;
  /** Of the peer: the name that the program asked for. */
  readonly host?: string;
  /** The peer's IPv4 or IPv6 address, or a unix socket's path. */
  readonly address?: string;
  readonly port?: number;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  /** What came of it, as its source says it: an HTTP status, `ok`. */
  readonly result?: string;
  /** Why it failed: an errno's name, a message. */
  readonly error?: string;
  /** How many it stands for when others like it were left out; 1 unless given. */
  readonly count?: number;
  /** The stack that did it. */
  readonly stack?: StackId;
  /** The stack that caused it, where another one did it: a lookup's callback connects for whoever asked. */
  readonly cause?: StackId;
  /** What was awaited above the stack that caused it. */
  readonly asyncStack?: StackId;
  /** The operation that it is a part of, an inbound request say, which was added before it. */
  readonly parent?: OperationId;
  readonly side?: OperationSide;
}

/**
 * What the program waited for. Fields may become known late: rows are written again until the end. Numbers that are
 * not known are NaN, texts and stacks 0; a phase that was not seen is never 0.
 */
export class OperationTable {
  readonly columns = {
    kind: new U8Column(),
    name: new U32Column(),
    thread: new U32Column(),
    start: new F64Column(),
    end: new F64Column(),
    queue: new F64Column(),
    dns: new F64Column(),
    connect: new F64Column(),
    tls: new F64Column(),
    firstByte: new F64Column(),
    body: new F64Column(),
    attempts: new U32Column(),
    host: new U32Column(),
    address: new U32Column(),
    port: new U32Column(),
    bytesIn: new F64Column(),
    bytesOut: new F64Column(),
    result: new U32Column(),
    error: new U32Column(),
    count: new U32Column(),
    stack: new U32Column(),
    cause: new U32Column(),
    asyncStack: new U32Column(),
    parent: new U32Column(),
    side: new U8Column(),
  };
  /** Rows that `set` changed, to be written again. */
  readonly touched = new TouchedRows();

  constructor(private readonly strings: StringTable) {}

  get length(): number {
    return this.columns.kind.length;
  }

  add(fields: OperationFields): OperationId {
    const row = this.length;
    for (const [name, column] of Object.entries(this.columns)) column.push(UNKNOWN[name as OperationColumn]);
    this.assign(row, fields);
    return row;
  }

  /** Changes the fields of an operation that are given. */
  set(row: OperationId, fields: Partial<OperationFields>): void {
    this.assign(row, fields);
    this.touched.add(row);
  }

  name(row: OperationId): string {
    return this.strings.get(this.columns.name.data[row]);
  }

  private assign(row: OperationId, fields: Partial<OperationFields>): void {
    for (const [name, value] of Object.entries(fields)) {
      this.columns[name as OperationColumn].data[row] =
        typeof value === 'string' ? this.strings.intern(value) : value;
    }
  }
}

type OperationColumn = keyof OperationTable['columns'];

/** What a column holds of which nothing is known. */
const UNKNOWN: Readonly<Record<OperationColumn, number>> = {
  kind: OperationKind.Other,
  name: 0,
  thread: 0,
  start: Number.NaN,
  end: Number.NaN,
  queue: Number.NaN,
  dns: Number.NaN,
  connect: Number.NaN,
  tls: Number.NaN,
  firstByte: Number.NaN,
  body: Number.NaN,
  attempts: 1,
  host: 0,
  address: 0,
  port: 0,
  bytesIn: Number.NaN,
  bytesOut: Number.NaN,
  result: 0,
  error: 0,
  count: 1,
  stack: ROOT,
  cause: ROOT,
  asyncStack: ROOT,
  parent: NO_OPERATION,
  side: OperationSide.Unknown,
};

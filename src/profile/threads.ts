import { F64Column, U8Column, U32Column } from './columns.js';
import type { ProcessId } from './processes.js';
import type { StringTable } from './strings.js';

export type ThreadId = number;

/** What a thread is for, told by the symbols at its stacks' roots (names differ between Node versions). */
export enum ThreadRole {
  Other = 0,
  Main = 1,
  Worker = 2,
  /** libuv's pool. */
  Pool = 3,
  /** V8's platform workers when seen collecting garbage. */
  Gc = 4,
  /** V8's platform workers when seen compiling. */
  Compiler = 5,
  Inspector = 6,
}

/** Names of the roles as reports and JSON write them, by value. */
export const ROLE_NAMES = ['other', 'main', 'worker', 'pool', 'gc', 'compiler', 'inspector'] as const;

/** Threads. Name, role, end and times on CPUs may become known late: rows are written again until the end. */
export class ThreadTable {
  readonly columns = {
    process: new U32Column(),
    tid: new U32Column(),
    name: new U32Column(),
    role: new U8Column(),
    /** Microseconds from the recording's start. */
    start: new F64Column(),
    /** NaN while it runs or when its end was not seen. */
    end: new F64Column(),
    /** CPU time the kernel charged while recorded, in ns; NaN when not known. */
    chargedCpu: new F64Column(),
    /** How long it was ready to run and had no CPU while recorded, in ns; NaN when not known. */
    runDelay: new F64Column(),
  };

  constructor(private readonly strings: StringTable) {}

  get length(): number {
    return this.columns.tid.length;
  }

  /** `start` in microseconds from the recording's start. */
  add(process: ProcessId, tid: number, name: string, start: number): ThreadId {
    const { columns } = this;
    columns.process.push(process);
    columns.tid.push(tid);
    columns.name.push(this.strings.intern(name));
    columns.role.push(ThreadRole.Other);
    columns.start.push(start);
    columns.end.push(Number.NaN);
    columns.chargedCpu.push(Number.NaN);
    columns.runDelay.push(Number.NaN);
    return this.length - 1;
  }

  setName(id: ThreadId, name: string): void {
    this.columns.name.data[id] = this.strings.intern(name);
  }

  name(id: ThreadId): string {
    return this.strings.get(this.columns.name.data[id]);
  }
}

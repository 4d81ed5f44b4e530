import { F64Column, U32Column } from './columns.js';
import type { StringTable } from './strings.js';

/** Dense index of one (pid, start, exec count): a process that execs gets a new one. */
export type ProcessId = number;

/** Stands for "no parent in this recording". */
export const NO_PROCESS = 0xffffffff;

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: ProcessId;
  /** Microseconds from the recording's start. */
  readonly start: number;
  /** The command line, or the short name when no more is known. */
  readonly command: string;
}

/** Processes. Their end, Node version and command may become known late: rows are written again until the end. */
export class ProcessTable {
  readonly columns = {
    pid: new U32Column(),
    parent: new U32Column(),
    start: new F64Column(),
    /** NaN while it runs or when its end was not seen. */
    end: new F64Column(),
    command: new U32Column(),
    /** Node's version without `v`, 0 when it is not a Node program or not known. */
    nodeVersion: new U32Column(),
    /** Exit code, 128+n when killed by signal n, NaN when not known. */
    exit: new F64Column(),
  };

  constructor(private readonly strings: StringTable) {}

  get length(): number {
    return this.columns.pid.length;
  }

  add(info: ProcessInfo): ProcessId {
    const { columns } = this;
    columns.pid.push(info.pid);
    columns.parent.push(info.parent);
    columns.start.push(info.start);
    columns.end.push(Number.NaN);
    columns.command.push(this.strings.intern(info.command));
    columns.nodeVersion.push(0);
    columns.exit.push(Number.NaN);
    return this.length - 1;
  }

  setCommand(id: ProcessId, command: string): void {
    this.columns.command.data[id] = this.strings.intern(command);
  }

  setNodeVersion(id: ProcessId, version: string): void {
    this.columns.nodeVersion.data[id] = this.strings.intern(version);
  }

  /** `time` in microseconds from the start; `exit` as the column says. */
  setEnd(id: ProcessId, time: number, exit: number): void {
    this.columns.end.data[id] = time;
    this.columns.exit.data[id] = exit;
  }

  command(id: ProcessId): string {
    return this.strings.get(this.columns.command.data[id]);
  }

  nodeVersion(id: ProcessId): string {
    return this.strings.get(this.columns.nodeVersion.data[id]);
  }
}

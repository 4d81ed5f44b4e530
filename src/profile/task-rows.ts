import type { ProcessId, ProcessInfo } from './processes.js';
import type { Profile } from './profile.js';
import type { ThreadId } from './threads.js';

/**
 * The rows of one source's processes and threads, where several sources tell of the same ones: a row that another
 * made of the same pid, or of the same tid in the same process, is taken instead of a new one. Each is taken once, so
 * that an id that is used again gets a row of its own.
 */
export class TaskRows {
  private readonly processes = new OfferedRows();
  private readonly threads = new OfferedRows();

  constructor(private readonly profile: Profile) {}

  process(info: ProcessInfo): ProcessId {
    const { processes } = this.profile;
    const { pid } = processes.columns;
    const row = this.processes.take(String(info.pid), processes.length, (id) => String(pid.data[id]));
    return row ?? this.processes.own(processes.add(info));
  }

  /** `start` in microseconds from the recording's start, of a row that is new. */
  thread(process: ProcessId, tid: number, name: string, start: number): ThreadId {
    const { threads } = this.profile;
    const { columns } = threads;
    const keyOf = (id: ThreadId) => `${columns.process.data[id]}/${columns.tid.data[id]}`;
    const row = this.threads.take(`${process}/${tid}`, threads.length, keyOf);
    return row ?? this.threads.own(threads.add(process, tid, name, start));
  }
}

/** Rows of one table that others made and that were not taken so far, oldest first, by their key. */
class OfferedRows {
  private readonly offered = new Map<string, number[]>();
  private readonly owned = new Set<number>();
  private looked = 0;

  take(key: string, length: number, keyOf: (row: number) => string): number | undefined {
    for (; this.looked < length; this.looked++) {
      if (this.owned.delete(this.looked)) continue;
      const rows = this.offered.get(keyOf(this.looked));
      if (rows === undefined) this.offered.set(keyOf(this.looked), [this.looked]);
      else rows.push(this.looked);
    }
    return this.offered.get(key)?.shift();
  }

  /** Takes note that a row is of this source's own making. */
  own(row: number): number {
    this.owned.add(row);
    return row;
  }
}

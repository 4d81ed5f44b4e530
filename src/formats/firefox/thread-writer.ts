import type { Profile } from '../../profile/profile.js';
import { type Series, UNIT_NAMES, Unit } from '../../profile/series.js';
import { ROLE_NAMES, ThreadRole } from '../../profile/threads.js';
import { object, type Piece, table, whole } from './json-text.js';
import { MarkerWriter } from './marker-writer.js';
import { numberList } from './number-text.js';
import type { SharedTables } from './shared-tables.js';
import { distinctIds, type ThreadRow, threadRows } from './thread-rows.js';

const WEIGHT_TYPES: Readonly<Record<Unit, string>> = {
  [Unit.CpuNs]: 'tracing-ms',
  [Unit.WallNs]: 'tracing-ms',
  [Unit.Bytes]: 'bytes',
  [Unit.Count]: 'samples',
};

/** `threads`: one for each thread and event, as the format has one table of samples a thread. */
export class ThreadWriter {
  private readonly rows: readonly ThreadRow[];
  private readonly pids: readonly string[];
  private readonly tids: readonly string[];
  private readonly markers: MarkerWriter;

  constructor(
    private readonly profile: Profile,
    private readonly shared: SharedTables,
  ) {
    const { processes, threads } = profile;
    this.rows = threadRows(profile);
    this.pids = distinctIds(Array.from(processes.columns.pid.data.subarray(0, processes.length), String));
    this.tids = distinctIds(Array.from(threads.columns.tid.data.subarray(0, threads.length), String));
    this.markers = new MarkerWriter(profile, shared);
  }

  *pieces(): Generator<Piece> {
    let before = '[';
    for (const row of this.rows) {
      yield before;
      yield* this.threadPieces(row);
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  }

  private threadPieces(row: ThreadRow): Generator<Piece> {
    const { processes, threads } = this.profile;
    const { thread, series } = row;
    const { process, start, end, role } = threads.columns;
    const id = process.data[thread];
    const isMain = role.data[thread] === ThreadRole.Main || this.tids[thread] === this.pids[id];
    const fields = {
      processType: 'default',
      processStartupTime: milliseconds(processes.columns.start.data[id]) ?? 0,
      processShutdownTime: milliseconds(processes.columns.end.data[id]),
      registerTime: milliseconds(start.data[thread]) ?? 0,
      unregisterTime: milliseconds(end.data[thread]),
      pausedRanges: [],
      name: this.shownName(row),
      isMainThread: isMain && row.isFirst,
      processName: processes.command(id),
      pid: this.pids[id],
      tid: this.tids[thread],
      stackscope: {
        name: threads.name(thread),
        event: series?.event ?? '',
        unit: series === undefined ? '' : UNIT_NAMES[series.unit],
        role: ROLE_NAMES[role.data[thread]],
        isUntimed: series?.timed === false,
        hasCpu: series?.cpu !== undefined,
      },
    };
    return object({
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, whole(value)])),
      samples: this.samples(series),
      markers: row.isFirst ? this.markers.pieces(thread) : this.markers.pieces(-1),
    });
  }

  /** The thread's name or what it is for, and its event where it has several. */
  private shownName({ thread, series }: ThreadRow): string {
    const { threads } = this.profile;
    const role = threads.columns.role.data[thread];
    const name =
      threads.name(thread) || (role === ThreadRole.Other ? `thread ${this.tids[thread]}` : ROLE_NAMES[role]);
    const events = this.rows.filter((row) => row.thread === thread).length;
    return events > 1 && series !== undefined
      ? `${name} (${series.event}, ${UNIT_NAMES[series.unit]})`
      : name;
  }

  private samples(series: Series | undefined): Generator<Piece> {
    if (series === undefined) {
      return table(0, { stack: Number, time: Number, weight: Number });
    }
    const { stacks, weights, cpu, pending, unit } = series;
    const onCpu = cpu ?? (unit === Unit.CpuNs ? weights : undefined);
    const isTime = unit === Unit.CpuNs || unit === Unit.WallNs;
    return object({
      stack: numberList(pending, (row) => this.shared.stack(stacks.data[row])),
      time: numberList(pending, series.timed ? (row) => series.times.data[row] : untimed(series), 3),
      weight: numberList(pending, (row) => weights.data[row], isTime ? 6 : 0),
      weightType: whole(WEIGHT_TYPES[unit]),
      // The profiler draws how busy a thread was from this alone.
      ...(onCpu && { threadCPUDelta: numberList(pending, (row) => onCpu.data[row]) }),
      length: whole(pending),
    });
  }
}

/** Microseconds of samples without times: one after the other, as long as each weighs; of no time a millisecond each. */
function untimed({ weights, unit }: Series): (row: number) => number {
  const isTime = unit === Unit.CpuNs || unit === Unit.WallNs;
  let elapsed = 0;
  return (row) => {
    const time = elapsed;
    elapsed += isTime ? weights.data[row] / 1000 : 1000;
    return time;
  };
}

/** Of microseconds; null for NaN. */
function milliseconds(us: number): number | null {
  return Number.isNaN(us) ? null : us / 1000;
}

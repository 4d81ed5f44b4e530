import { Layer } from '../../profile/layers.js';
import {
  NO_OPERATION,
  OPERATION_KIND_NAMES,
  OPERATION_SIDE_NAMES,
  type OperationId,
} from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT } from '../../profile/stacks.js';
import { type Piece, table } from './json-text.js';
import { DATA_NUMBERS } from './marker-data.js';
import { Phase } from './marker-operations.js';
import { MARKER_TYPE } from './marker-schema.js';
import type { SharedTables } from './shared-tables.js';

/** Operations as markers, with what is known of each as the marker's data. */
export class MarkerWriter {
  /** By thread: its operations. */
  private readonly ofThread = new Map<number, OperationId[]>();
  /** By operation: its place among those of its thread. */
  private readonly places: Uint32Array;

  constructor(
    private readonly profile: Profile,
    private readonly shared: SharedTables,
  ) {
    const { operations } = profile;
    this.places = new Uint32Array(operations.length);
    for (let row = 0; row < operations.length; row++) {
      const thread = operations.columns.thread.data[row];
      const rows = this.ofThread.get(thread);
      if (rows === undefined) this.ofThread.set(thread, [row]);
      else this.places[row] = rows.push(row) - 1;
    }
  }

  /** `markers` of a thread. */
  pieces(thread: number): Generator<Piece> {
    const rows = this.ofThread.get(thread) ?? [];
    const { operations } = this.profile;
    const { start, end } = operations.columns;
    return table(rows.length, {
      data: (i) => this.data(rows[i]),
      name: (i) => this.shared.strings.intern(this.nameOf(rows[i])),
      startTime: (i) => time(start.data[rows[i]]),
      endTime: (i) => time(end.data[rows[i]]),
      phase: (i) => phaseOf(start.data[rows[i]], end.data[rows[i]]),
      category: () => CATEGORY,
    });
  }

  /** Its own name, else its kind, which the profiler shows in its place. */
  private nameOf(row: OperationId): string {
    const { operations } = this.profile;
    return operations.name(row) || OPERATION_KIND_NAMES[operations.columns.kind.data[row]];
  }

  private data(row: OperationId): object {
    const { columns } = this.profile.operations;
    const texts = {
      host: columns.host,
      address: columns.address,
      result: columns.result,
      error: columns.error,
    };
    const data: Record<string, unknown> = {
      type: MARKER_TYPE,
      kind: OPERATION_KIND_NAMES[columns.kind.data[row]],
      hasName: this.profile.operations.name(row) !== '',
      side: OPERATION_SIDE_NAMES[columns.side.data[row]],
    };
    for (const [name, column] of Object.entries(texts)) {
      if (column.data[row] !== 0) data[name] = this.profile.strings.get(column.data[row]);
    }
    for (const name of DATA_NUMBERS) {
      const value = columns[name].data[row];
      if (!Number.isNaN(value)) data[name] = value;
    }
    for (const name of ['cause', 'stack', 'asyncStack'] as const) {
      if (columns[name].data[row] !== ROOT) data[name] = { stack: columns[name].data[row] - 1 };
    }
    const parent = columns.parent.data[row];
    const isHere = parent !== NO_OPERATION && columns.thread.data[parent] === columns.thread.data[row];
    if (isHere) data['parent'] = this.places[parent];
    return data;
  }
}

const CATEGORY: number = Layer.Unknown;

/** Milliseconds of microseconds; `null` for NaN. */
function time(us: number): number | null {
  return Number.isNaN(us) ? null : us / 1000;
}

function phaseOf(start: number, end: number): Phase {
  if (Number.isNaN(end)) return Phase.IntervalStart;
  return Number.isNaN(start) ? Phase.IntervalEnd : Phase.Interval;
}

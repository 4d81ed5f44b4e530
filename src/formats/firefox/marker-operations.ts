import { Malformed } from '../../profile/malformed.js';
import {
  NO_OPERATION,
  OPERATION_KIND_NAMES,
  OPERATION_SIDE_NAMES,
  type OperationFields,
  type OperationId,
  OperationKind,
  type OperationSide,
} from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import type { ThreadId } from '../../profile/threads.js';
import { DATA_NUMBERS, DATA_TEXTS, type MarkerData } from './marker-data.js';
import type { NumberColumns } from './number-columns.js';
import type { StackRows } from './stack-rows.js';
import { microseconds } from './thread-owners.js';

/** How a marker's times are meant (Firefox Profiler, `MarkerPhase`). */
export enum Phase {
  Instant = 0,
  Interval = 1,
  IntervalStart = 2,
  IntervalEnd = 3,
}

/** The markers of a thread as both of Firefox's formats tell them; times in milliseconds. */
export interface MarkedThread {
  readonly markers: NumberColumns<'name' | 'startTime' | 'endTime' | 'phase' | 'category'>;
  readonly data: MarkerData;
}

/** What the markers of one thread name. */
export interface MarkerNames {
  readonly thread: ThreadId;
  readonly stacks: StackRows;
  /** Whether we wrote them: then an end without a start is of an operation that began before the recording. */
  readonly isOurs: boolean;
  /** A text by its index in the file's list. */
  text(index: number): string;
  /** A text by its id in the scanner's. */
  dataText(id: number): string;
}

/** Makes operations of markers that last; counts those that are a moment, which have no place. */
export class MarkerOperations {
  moments = 0;
  private readonly first: OperationId;
  /** By name: the operations that began and have not ended. */
  private readonly open = new Map<string, OperationId[]>();

  constructor(
    private readonly profile: Profile,
    private readonly names: MarkerNames,
  ) {
    this.first = profile.operations.length;
  }

  add(from: MarkedThread): void {
    const { markers } = from;
    for (let row = 0; row < markers.columns.name.length; row++) {
      const phase = markers.columns.phase.length > 0 ? markers.get('phase', row) : Phase.Interval;
      if (phase === Phase.Instant) this.moments++;
      else if (phase === Phase.IntervalEnd) this.close(from, row);
      else this.begin(from, row, phase === Phase.IntervalStart);
    }
  }

  private begin(from: MarkedThread, row: number, isOpen: boolean): void {
    const { operations } = this.profile;
    const name = this.names.text(from.markers.get('name', row));
    const start = microseconds(from.markers.get('startTime', row));
    const end = isOpen ? undefined : microseconds(from.markers.get('endTime', row));
    if (start !== undefined && end !== undefined && end < start) {
      throw new Malformed(`marker ${row}, ${name}, ends before it starts`);
    }
    const id = operations.add({
      ...this.dataFields(from.data, row),
      name: from.data.table.get('hasName', row) === 0 ? '' : name,
      thread: this.names.thread,
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    });
    if (!isOpen) return;
    const ofName = this.open.get(name);
    if (ofName === undefined) this.open.set(name, [id]);
    else ofName.push(id);
  }

  /** Ends the operation of that name which began last; one that began before the recording has no start. */
  private close(from: MarkedThread, row: number): void {
    const { operations } = this.profile;
    const name = this.names.text(from.markers.get('name', row));
    const end = microseconds(from.markers.get('endTime', row));
    if (end === undefined) return;
    const id =
      this.begun(name) ??
      operations.add({ ...this.dataFields(from.data, row), name, thread: this.names.thread });
    const start = operations.columns.start.data[id];
    if (!(end < start)) operations.columns.end.data[id] = end;
  }

  private begun(name: string): OperationId | undefined {
    return this.names.isOurs ? undefined : this.open.get(name)?.pop();
  }

  private dataFields({ table }: MarkerData, row: number): Omit<OperationFields, 'thread'> {
    const fields: Record<string, number | string> = {};
    for (const name of DATA_NUMBERS) {
      const value = table.get(name, row);
      if (value >= 0 && value < Number.POSITIVE_INFINITY) fields[name] = Math.round(value);
    }
    const texts = Object.fromEntries(
      DATA_TEXTS.map((name) => [name, this.names.dataText(table.get(name, row))]),
    );
    for (const name of ['host', 'address', 'result', 'error'] as const) {
      if (texts[name] !== '') fields[name] = texts[name];
    }
    fields['kind'] = kindOf(texts['type'], texts['kind']);
    const side = (OPERATION_SIDE_NAMES as readonly string[]).indexOf(texts['side']);
    if (side > 0) fields['side'] = side as OperationSide;
    for (const name of ['cause', 'stack', 'asyncStack'] as const) {
      const stack = table.get(name, row);
      if (!Number.isNaN(stack)) fields[name] = this.names.stacks.stackOf(stack);
    }
    const parent = this.first + table.get('parent', row);
    if (parent < this.profile.operations.length && parent < NO_OPERATION) fields['parent'] = parent;
    return fields as unknown as Omit<OperationFields, 'thread'>;
  }
}

/** Firefox's own markers of requests say so by their type. */
function kindOf(type: string, kind: string): OperationKind {
  const known = (OPERATION_KIND_NAMES as readonly string[]).indexOf(kind);
  if (known >= 0) return known;
  return type === 'Network' ? OperationKind.Http : OperationKind.Other;
}

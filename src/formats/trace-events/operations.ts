import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import type { OperationFields, OperationId } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import type { Texts } from '../json/texts.js';
import type { EventArgs, OperationNumber, TraceEvent } from './event.js';
import { kindOf } from './operation-kinds.js';
import type { TraceThreads } from './threads.js';

interface Pending {
  readonly name: number;
  readonly category: number;
  readonly pid: number;
  readonly tid: number;
  start: number;
  end: number;
  /** Index of the operation that it is within. */
  readonly parent: number;
  fields: Partial<OperationFields>;
}

/**
 * Asynchronous events: nestable ones (`b`, `e`, `n`), which share an id with those that they are within, and those of
 * older files (`S`, `F`). Each pair is an operation of the thread where it began.
 */
export class TraceOperations {
  private readonly found: Pending[] = [];
  /** By process, category, id and scope: indices of those that are open, the innermost last. */
  private readonly open = new Map<string, number[]>();

  constructor(private readonly texts: Texts) {}

  get length(): number {
    return this.found.length;
  }

  begin(event: TraceEvent): void {
    const key = keyOf(event);
    const open = this.open.get(key) ?? [];
    this.open.set(key, open);
    open.push(this.add(event, event.ts, Number.NaN, open.at(-1) ?? -1));
  }

  end(event: TraceEvent): void {
    const key = keyOf(event);
    const open = this.open.get(key);
    let at = (open?.length ?? 0) - 1;
    while (at >= 0 && event.name !== 0 && this.found[open![at]].name !== event.name) at--;
    // What began before the trace did, or was collected as garbage, has only an end.
    if (open === undefined || at < 0) return;
    const operation = this.found[open[at]];
    operation.end = Math.max(operation.start, event.ts);
    operation.fields = { ...operation.fields, ...fieldsOf(event.args) };
    open.splice(at, 1);
    if (open.length === 0) this.open.delete(key);
  }

  /** Something that happened within one, without a length. */
  instant(event: TraceEvent): void {
    this.add(event, event.ts, event.ts, this.open.get(keyOf(event))?.at(-1) ?? -1);
  }

  /** Adds all to the profile; times in microseconds from `zero`. */
  addTo(profile: Profile, threads: TraceThreads, zero: number): void {
    const ids: OperationId[] = [];
    const since = (ts: number) => (Number.isNaN(ts) ? ts : Math.round(ts - zero));
    for (const { name, category, pid, tid, start, end, parent, fields } of this.found) {
      const text = this.texts.get(name);
      const kind = kindOf(this.texts.get(category), text);
      ids.push(
        profile.operations.add({
          ...fields,
          kind,
          name: text,
          thread: threads.threadOf(pid, tid),
          start: since(start),
          end: since(end),
          ...(parent >= 0 && { parent: ids[parent] }),
        }),
      );
    }
  }

  private add(
    { name, category, pid, tid, args }: TraceEvent,
    start: number,
    end: number,
    parent: number,
  ): number {
    if (this.found.length === LIMITS.rows)
      throw new Malformed(`it has more than ${LIMITS.rows} asynchronous events`);
    this.found.push({ name, category, pid, tid, start, end, parent, fields: fieldsOf(args) });
    return this.found.length - 1;
  }
}

/** Ids are a process's own unless they say that they are global. */
function keyOf({ pid, category, id, scope }: TraceEvent): string {
  return `${id.startsWith('global:') ? '' : pid} ${category} ${scope} ${id}`;
}

function fieldsOf({ texts, numbers }: EventArgs): Partial<OperationFields> {
  const fields: Record<string, string | number> = {};
  for (const [name, text] of texts) fields[name] = text;
  for (const [name, value] of numbers) if (isOf(name, value)) fields[name] = value;
  return fields;
}

/** Whether the model can hold it: numbers of 16 or 32 bits, or any that are not negative. */
function isOf(name: OperationNumber, value: number): boolean {
  if (name === 'port') return Number.isInteger(value) && value >= 0 && value <= 65_535;
  if (name === 'attempts' || name === 'count') {
    return Number.isInteger(value) && value >= 1 && value <= 0xffffffff;
  }
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

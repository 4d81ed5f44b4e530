import { Malformed } from '../../profile/malformed.js';

/**
 * A profile as V8 serialises it: the `Profile` type of the DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile), checked and laid flat.
 */
export interface V8Profile {
  /** In an order in which parents come before their children; the first may be any root. */
  readonly nodes: readonly V8Node[];
  /** Index in `nodes` of each sample, in time order; empty when the file holds hit counts only. */
  readonly samples: Uint32Array;
  /** Start of each sample in microseconds on V8's clock (CLOCK_MONOTONIC in Node); empty when not told. */
  readonly times: Float64Array;
  /** Microseconds on the same clock. */
  readonly startTime: number;
  readonly endTime: number;
  /** Whether stackscope wrote it: its stacks are not cut by V8's limit. */
  readonly ours: boolean;
}

export interface V8Node {
  /** Index of the caller in `nodes`, -1 for a root. */
  readonly parent: number;
  /** Number of callers. */
  readonly depth: number;
  readonly name: string;
  readonly scriptId: string;
  readonly url: string;
  /** Definition, from 0; -1 when not known. */
  readonly line: number;
  readonly column: number;
  readonly hitCount: number;
}

/** Value of the top-level `generator` field of files we write. */
export const GENERATOR = 'stackscope';

const MAX_TIME = 2 ** 53;

/** Reads the parsed JSON of a profile; throws `Malformed`, naming node and field, on anything it should not hold. */
export function parseV8Profile(json: unknown): V8Profile {
  const file = object(json, 'the file');
  const rows = array(file['nodes'], 'nodes');
  const indexOf = nodeIds(rows);
  const parents = parentsOf(rows, indexOf);
  const order = callersFirst(parents);
  const nodes = flatNodes(rows, parents, order);
  const placeOf = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place++) placeOf[order[place]] = place;

  const ids = file['samples'] === undefined ? [] : array(file['samples'], 'samples');
  const samples = new Uint32Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const index = indexOf.get(ids[i] as number);
    if (index === undefined)
      throw new Malformed(`samples[${i}] names node ${shown(ids[i])}, which is not there`);
    samples[i] = placeOf[index];
  }
  const startTime = time(file['startTime'] ?? 0, 'startTime');
  const times = sampleTimes(file, samples.length, startTime);
  const endTime = file['endTime'] === undefined ? startTime : time(file['endTime'], 'endTime');
  if (!isSorted(times)) sortByTime(samples, times);
  return { nodes, samples, times, startTime, endTime, ours: file['generator'] === GENERATOR };
}

function nodeIds(rows: readonly unknown[]): Map<number, number> {
  if (rows.length === 0) throw new Malformed('nodes is empty');
  const indexOf = new Map<number, number>();
  for (let i = 0; i < rows.length; i++) {
    const id = object(rows[i], `nodes[${i}]`)['id'];
    if (!Number.isSafeInteger(id)) throw new Malformed(`nodes[${i}].id is ${shown(id)}, not a whole number`);
    if (indexOf.has(id as number))
      throw new Malformed(`nodes[${i}].id ${id} was given to another node before`);
    indexOf.set(id as number, i);
  }
  return indexOf;
}

/** Callers by `children` of the caller (Node) or by `parent` of the callee (Chrome's trace chunks). */
function parentsOf(rows: readonly unknown[], indexOf: ReadonlyMap<number, number>): Int32Array {
  const parents = new Int32Array(rows.length).fill(-1);
  const adopt = (child: number, parent: number, field: string) => {
    if (parents[child] !== -1 && parents[child] !== parent) {
      throw new Malformed(`${field}: nodes[${child}] has another caller already`);
    }
    parents[child] = parent;
  };
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Record<string, unknown>;
    if (row['parent'] !== undefined)
      adopt(i, known(indexOf, row['parent'], `nodes[${i}].parent`), `nodes[${i}].parent`);
    if (row['children'] === undefined) continue;
    const children = array(row['children'], `nodes[${i}].children`);
    for (let k = 0; k < children.length; k++) {
      const field = `nodes[${i}].children[${k}]`;
      adopt(known(indexOf, children[k], field), i, field);
    }
  }
  return parents;
}

function known(indexOf: ReadonlyMap<number, number>, id: unknown, field: string): number {
  const index = indexOf.get(id as number);
  if (index === undefined) throw new Malformed(`${field} names node ${shown(id)}, which is not there`);
  return index;
}

/** The nodes' indices with callers before callees. */
function callersFirst(parents: Int32Array): Uint32Array {
  const order = new Uint32Array(parents.length);
  const placed = new Uint8Array(parents.length);
  const onPath = new Uint8Array(parents.length);
  let count = 0;
  for (let i = 0; i < parents.length; i++) {
    const path: number[] = [];
    for (let at = i; at !== -1 && placed[at] === 0; at = parents[at]) {
      if (onPath[at] === 1) throw new Malformed(`nodes[${at}] is its own caller`);
      onPath[at] = 1;
      path.push(at);
    }
    for (let k = path.length - 1; k >= 0; k--) {
      placed[path[k]] = 1;
      order[count++] = path[k];
    }
  }
  return order;
}

function flatNodes(rows: readonly unknown[], parents: Int32Array, order: Uint32Array): V8Node[] {
  const placeOf = new Int32Array(order.length);
  const nodes: V8Node[] = [];
  for (const index of order) {
    const parent = parents[index] === -1 ? -1 : placeOf[parents[index]];
    placeOf[index] = nodes.length;
    nodes.push(
      flatNode(
        rows[index] as Record<string, unknown>,
        index,
        parent,
        parent === -1 ? 0 : nodes[parent].depth + 1,
      ),
    );
  }
  return nodes;
}

function flatNode(row: Record<string, unknown>, index: number, parent: number, depth: number): V8Node {
  const at = `nodes[${index}]`;
  const frame = object(row['callFrame'], `${at}.callFrame`);
  return {
    parent,
    depth,
    name: text(frame['functionName'], `${at}.callFrame.functionName`),
    scriptId: scriptId(frame['scriptId'], `${at}.callFrame.scriptId`),
    url: text(frame['url'] ?? '', `${at}.callFrame.url`),
    line: integer(frame['lineNumber'] ?? -1, -1, 0xfffffffe, `${at}.callFrame.lineNumber`),
    column: integer(frame['columnNumber'] ?? -1, -1, 0xfffffffe, `${at}.callFrame.columnNumber`),
    hitCount: integer(row['hitCount'] ?? 0, 0, MAX_TIME, `${at}.hitCount`),
  };
}

function sampleTimes(file: Record<string, unknown>, count: number, startTime: number): Float64Array {
  if (file['timeDeltas'] === undefined) return new Float64Array(0);
  const deltas = array(file['timeDeltas'], 'timeDeltas');
  if (deltas.length !== count)
    throw new Malformed(`timeDeltas has ${deltas.length} entries for ${count} samples`);
  const times = new Float64Array(count);
  let now = startTime;
  for (let i = 0; i < count; i++) {
    now = time(now + (deltas[i] as number), `timeDeltas[${i}]`, deltas[i]);
    times[i] = now;
  }
  return times;
}

function isSorted(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i] < times[i - 1]) return false;
  return true;
}

/** V8 may write samples out of order (its deltas are negative then); DevTools sorts them, and so do we. */
function sortByTime(samples: Uint32Array, times: Float64Array): void {
  const order = Uint32Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b);
  samples.set(Uint32Array.from(order, (i) => samples[i]));
  times.set(Float64Array.from(order, (i) => times[i]));
}

function object(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed(`${field} is ${shown(value)}, not an object`);
  }
  return value as Record<string, unknown>;
}

function array(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed(`${field} is ${shown(value)}, not a list`);
  return value;
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new Malformed(`${field} is ${shown(value)}, not a text`);
  return value;
}

/** Node writes it as a text, Chrome's traces as a number. */
function scriptId(value: unknown, field: string): string {
  if (value === undefined) return '0';
  return typeof value === 'number' ? String(integer(value, 0, MAX_TIME, field)) : text(value, field);
}

function integer(value: unknown, least: number, most: number, field: string): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw new Malformed(`${field} is ${shown(value)}, not a whole number from ${least} to ${most}`);
  }
  return value as number;
}

/** A time must fit the model's whole microseconds. `told` is what the file says, where that differs. */
function time(value: unknown, field: string, told: unknown = value): number {
  if (typeof told !== 'number' || typeof value !== 'number' || !(value >= 0 && value <= MAX_TIME)) {
    throw new Malformed(`${field} is ${shown(told)}, which is no time in microseconds`);
  }
  return value;
}

/** A value as an error message shows it. */
function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined || value === null) return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

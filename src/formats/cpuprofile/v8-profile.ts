import { Malformed } from '../../profile/malformed.js';
import { NodeList } from './node-list.js';
import type { V8Node } from './v8-node.js';
import { integer, MAX_LINE, MAX_TIME, nodeId, shown, time } from './values.js';

/**
 * A profile as V8 serialises it: the `Profile` type of the DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile), checked and laid flat.
 */
export interface V8Profile {
  /** In an order in which parents come before their children; the first may be any root. */
  readonly nodes: readonly V8Node[];
  /** Index in `nodes` of each sample, in time order; empty when there are hit counts only. */
  readonly samples: Uint32Array;
  /** Start of each sample in microseconds on V8's clock (CLOCK_MONOTONIC in Node); empty when not told. */
  readonly times: Float64Array;
  /** Microseconds on the same clock. */
  readonly startTime: number;
  readonly endTime: number;
}

/** Reads the parsed JSON of a profile; throws `Malformed`, naming node and field, on anything it should not hold. */
export function parseV8Profile(json: unknown): V8Profile {
  const file = object(json, 'the file');
  const { nodes, places } = nodesOf(array(file['nodes'], 'nodes')).callersFirst();
  const ids = file['samples'] === undefined ? [] : array(file['samples'], 'samples');
  const samples = new Uint32Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const place = places.get(ids[i] as number);
    if (place === undefined)
      throw new Malformed(`samples[${i}] names node ${shown(ids[i])}, which is not there`);
    samples[i] = place;
  }
  const startTime = time(file['startTime'] ?? 0, 'startTime');
  const times = sampleTimes(file, samples.length, startTime);
  const endTime = file['endTime'] === undefined ? startTime : time(file['endTime'], 'endTime');
  if (!isSorted(times)) sortByTime(samples, times);
  return { nodes, samples, times, startTime, endTime };
}

function nodesOf(rows: readonly unknown[]): NodeList {
  const list = new NodeList();
  for (let i = 0; i < rows.length; i++) {
    const at = `nodes[${i}]`;
    const row = object(rows[i], at);
    const frame = object(row['callFrame'], `${at}.callFrame`);
    const node = {
      name: text(frame['functionName'], `${at}.callFrame.functionName`),
      scriptId: scriptId(frame['scriptId'], `${at}.callFrame.scriptId`),
      url: text(frame['url'] ?? '', `${at}.callFrame.url`),
      line: integer(frame['lineNumber'] ?? -1, -1, MAX_LINE, `${at}.callFrame.lineNumber`),
      column: integer(frame['columnNumber'] ?? -1, -1, MAX_LINE, `${at}.callFrame.columnNumber`),
      hitCount: integer(row['hitCount'] ?? 0, 0, MAX_TIME, `${at}.hitCount`),
      ticks: undefined,
    };
    const children = row['children'] === undefined ? [] : array(row['children'], `${at}.children`);
    list.add(node, nodeId(row['id'], `${at}.id`), row['parent'] as number | undefined, children as number[]);
  }
  return list;
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

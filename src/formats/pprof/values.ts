/** Kinds of values, `type/unit` as pprof writes them, and the model's events and units. */
import { Unit } from '../../profile/series.js';

/** What samples of one kind become. */
export interface Measured {
  readonly event: string;
  readonly unit: Unit;
  /** Of the model's unit in one of the file's. */
  readonly scale: number;
}

/** The units that `go tool pprof` knows, in the model's. */
const TIMES: ReadonlyMap<string, number> = new Map([
  ['nanoseconds', 1],
  ['nanosecond', 1],
  ['ns', 1],
  ['microseconds', 1e3],
  ['microsecond', 1e3],
  ['us', 1e3],
  ['milliseconds', 1e6],
  ['millisecond', 1e6],
  ['ms', 1e6],
  ['seconds', 1e9],
  ['second', 1e9],
  ['s', 1e9],
]);
const SIZES: ReadonlyMap<string, number> = new Map([
  ['bytes', 1],
  ['byte', 1],
  ['kilobytes', 2 ** 10],
  ['kb', 2 ** 10],
  ['megabytes', 2 ** 20],
  ['mb', 2 ** 20],
  ['gigabytes', 2 ** 30],
  ['gb', 2 ** 30],
]);
/** Events that are time on a CPU: Go's `cpu`, perf's clocks. All other time is wall time: `wall`, `delay`, `contentions`. */
const ON_CPU = /cpu|^task-clock/i;
/** Says of which clock an event is that does not by its name. */
const CLOCKS: ReadonlyMap<string, Unit> = new Map([
  [':cpu', Unit.CpuNs],
  [':wall', Unit.WallNs],
]);

export function measuredOf(type: string, unit: string): Measured {
  const time = TIMES.get(unit.toLowerCase());
  if (time !== undefined) return { ...clockOf(type), scale: time };
  const size = SIZES.get(unit.toLowerCase());
  if (size !== undefined) return { event: type, unit: Unit.Bytes, scale: size };
  // What is counted in a unit of its own (`gc cycles`) keeps that in the event's name.
  return { event: unit === 'count' ? type : `${type}/${unit}`, unit: Unit.Count, scale: 1 };
}

/** The reverse of `measuredOf`, in the units that Go writes. */
export function valueTypeOf(event: string, unit: Unit): { type: string; unit: string } {
  if (unit === Unit.Bytes) return { type: event, unit: 'bytes' };
  if (unit === Unit.Count) return countedIn(event);
  const plain = clockOf(event);
  const isPlain = plain.event === event && plain.unit === unit;
  const mark = unit === Unit.CpuNs ? ':cpu' : ':wall';
  return { type: isPlain ? event : `${event}${mark}`, unit: 'nanoseconds' };
}

function countedIn(event: string): { type: string; unit: string } {
  const slash = event.lastIndexOf('/');
  const own = { type: event.slice(0, slash), unit: event.slice(slash + 1) };
  const isOwn = slash >= 0 && own.unit !== 'count' && measuredOf(own.type, own.unit).unit === Unit.Count;
  return isOwn ? own : { type: event, unit: 'count' };
}

function clockOf(type: string): { event: string; unit: Unit } {
  for (const [mark, unit] of CLOCKS)
    if (type.endsWith(mark)) return { event: type.slice(0, -mark.length), unit };
  return { event: type, unit: ON_CPU.test(type) ? Unit.CpuNs : Unit.WallNs };
}

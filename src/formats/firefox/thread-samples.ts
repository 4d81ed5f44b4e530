import type { F64Column } from '../../profile/columns.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { type Series, UNIT_NAMES, Unit } from '../../profile/series.js';
import { ROOT } from '../../profile/stacks.js';
import type { ThreadId } from '../../profile/threads.js';
import type { NumberColumns } from './number-columns.js';
import type { StackRows } from './stack-rows.js';
import { microseconds } from './thread-owners.js';

/** The samples of a thread as both of Firefox's formats tell them. */
export interface SampledThread {
  readonly samples: NumberColumns<'stack' | 'time' | 'timeDeltas' | 'weight' | 'threadCPUDelta'>;
  readonly weightType: string;
  readonly own: {
    readonly event: string;
    readonly unit: string;
    readonly isUntimed: boolean;
    readonly hasCpu: boolean;
  };
}

export interface SampleUnits {
  /** Milliseconds from sample to sample; 0 when not known. */
  readonly interval: number;
  /** Of `threadCPUDelta`: `ns`, `µs`, or what is no time. */
  readonly cpuUnit: string;
  /** Whether we wrote the file: then a sample without a stack is of the empty one. */
  readonly isOurs: boolean;
}

/** What a sample of weight 1 is of the model's unit. */
interface Measure {
  readonly unit: Unit;
  readonly scale: number;
}

/**
 * Adds the samples of a thread as a series. A sample stands for the interval, as Firefox shows it, unless it says
 * what it weighs. One without a stack tells nothing and is left out. Returns how many were.
 */
export function addThreadSamples(
  profile: Profile,
  thread: ThreadId,
  from: SampledThread,
  { stacks, units, owner }: { stacks: StackRows; units: SampleUnits; owner: string },
): number {
  const { samples, own } = from;
  const count = samples.columns.stack.length;
  if (count === 0 && own.event === '') return 0;
  const { unit, scale } = measureOf(from, units.interval);
  const cpuScale = CPU_UNITS.get(units.cpuUnit) ?? Number.NaN;
  const hasCpu = own.hasCpu && !Number.isNaN(cpuScale) && samples.columns.threadCPUDelta.length > 0;
  const series = profile.addSeries(thread, own.event || 'samples', unit, !own.isUntimed, hasCpu);
  const times = timesOf(from, owner);
  const hasWeights = samples.columns.weight.length > 0;
  let last = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  for (let row = 0; row < count; row++) {
    const time = microseconds(times(row));
    if (time === undefined || time < last) {
      throw new Malformed(`${owner}: the time of sample ${row} is ${times(row)}, which is none or falls`);
    }
    last = time;
    const stack = samples.get('stack', row);
    if (Number.isNaN(stack) && !units.isOurs) {
      leftOut++;
      continue;
    }
    const weight = hasWeights ? samples.get('weight', row) : 1;
    if (!(weight >= 0)) throw new Malformed(`${owner}: the weight of sample ${row} is ${weight}`);
    addSample(series, time, Number.isNaN(stack) ? ROOT : stacks.stackOf(stack), {
      weight: whole(weight * scale),
      cpu: samples.get('threadCPUDelta', row) * cpuScale,
    });
  }
  return leftOut;
}

const CPU_UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['µs', 1000],
]);

function addSample(
  series: Series,
  time: number,
  stack: number,
  { weight, cpu }: { weight: number; cpu: number },
): void {
  // A counter that went back says nothing.
  series.add(series.timed ? time : 0, stack, weight, cpu >= 0 ? cpu : Number.NaN);
}

/** Milliseconds are written as decimal numbers: what is a whole number but for that is one. */
function whole(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) <= 1e-9 * value ? rounded : value;
}

function measureOf({ weightType, own }: SampledThread, interval: number): Measure {
  const unit = (UNIT_NAMES as readonly string[]).indexOf(own.unit) as Unit | -1;
  if (weightType === 'tracing-ms') return { unit: unit === Unit.CpuNs ? unit : Unit.WallNs, scale: 1e6 };
  if (weightType === 'bytes') return { unit: Unit.Bytes, scale: 1 };
  if (unit === Unit.Count || !(interval > 0)) return { unit: Unit.Count, scale: 1 };
  return { unit: Unit.WallNs, scale: interval * 1e6 };
}

/** Milliseconds by sample; as differences since version 50, where whoever wrote it chose so. */
function timesOf({ samples }: SampledThread, owner: string): (row: number) => number {
  const { stack, time, timeDeltas } = samples.columns;
  const column = time.length > 0 ? time : summed(timeDeltas);
  if (column.length !== stack.length) {
    throw new Malformed(`${owner}: there are ${column.length} times for ${stack.length} samples`);
  }
  return (row) => column.data[row];
}

/** Adds up differences in place. */
function summed(deltas: F64Column): F64Column {
  let time = 0;
  for (let row = 0; row < deltas.length; row++) {
    time += deltas.data[row];
    deltas.data[row] = time;
  }
  return deltas;
}

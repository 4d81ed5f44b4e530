import { F64Column, U32Column } from './columns.js';
import type { StackId } from './stacks.js';
import type { ThreadId } from './threads.js';

/** What a weight counts. Units are never added up together. */
export enum Unit {
  /** Nanoseconds on a CPU. */
  CpuNs = 0,
  /** Nanoseconds of wall time. */
  WallNs = 1,
  Bytes = 2,
  Count = 3,
}

/** Names of the units by value. */
export const UNIT_NAMES = ['cpu', 'wall', 'bytes', 'count'] as const;

/** The event of samples that were made from the slices of a trace: what code says of itself, not what was sampled. */
export const SLICES = 'slices';

/**
 * One thread's samples of one event, in time order. A recorder that streams writes the columns to the file and
 * empties them (`drain`); `sampleCount` and `totalWeight` go on counting.
 */
export class Series {
  /** Whole microseconds from the recording's start; without meaning when `timed` is false. */
  readonly times = new F64Column();
  readonly stacks = new U32Column();
  readonly weights = new F64Column();
  /** Nanoseconds on a CPU of each sample beside its weight, NaN where not known; absent when the source has none. */
  readonly cpu: F64Column | undefined;
  /** Nanoseconds in which it was ready to run and had no CPU, likewise; there when `cpu` is. */
  readonly delay: F64Column | undefined;
  sampleCount = 0;
  totalWeight = 0;
  /** Of the samples whose CPU time is known, in ns. */
  totalCpu = 0;

  constructor(
    readonly thread: ThreadId,
    /** The event's name as its source gives it: `cpu-clock`, `v8`. */
    readonly event: string,
    readonly unit: Unit,
    readonly timed: boolean,
    withCpu: boolean,
  ) {
    this.cpu = withCpu ? new F64Column() : undefined;
    this.delay = withCpu ? new F64Column() : undefined;
  }

  get pending(): number {
    return this.stacks.length;
  }

  /** `cpu` and `delay` are for series that have those columns. */
  add(time: number, stack: StackId, weight: number, cpu = Number.NaN, delay = Number.NaN): void {
    this.times.push(time);
    this.stacks.push(stack);
    this.weights.push(weight);
    this.sampleCount++;
    this.totalWeight += weight;
    this.delay?.push(delay);
    this.cpu?.push(cpu);
    if (this.cpu && !Number.isNaN(cpu)) this.totalCpu += cpu;
  }

  /** Forgets the samples held in memory, after they were written elsewhere. */
  drain(): void {
    this.times.length = 0;
    this.stacks.length = 0;
    this.weights.length = 0;
    if (this.cpu) this.cpu.length = 0;
    if (this.delay) this.delay.length = 0;
  }
}

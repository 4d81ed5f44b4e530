import type { V8Samples } from '../../formats/cpuprofile/v8-series.js';
import type { StackId } from '../../profile/stacks.js';
import type { ThreadTimes } from '../thread-clocks.js';

/** Of each sample, in ns. */
export interface SampleTimes {
  readonly cpu: Float64Array;
  /** Ready to run and without a CPU. */
  readonly delay: Float64Array;
}

/** Rounds in which the guess of what each stack does is made to agree with what the kernel says. */
const ROUNDS = 8;
/** Wall time in ns for which the guess of earlier pieces stands when a stack's new one is made. */
const EARLIER_NS = 50e6;

/**
 * Shares out what the kernel charged a thread among its samples, interval by interval between two readings, so that
 * the samples of an interval have together exactly what it was charged there.
 *
 * Within an interval, whose samples may be of a function that computed and one that waited, each has its part by what
 * its stack does elsewhere: a stack that fills whole intervals shows there how much it wants a CPU. Idle ones want none.
 * What a thread waited for a CPU goes with what it used of one: it is not the waiting of its own doing.
 */
export class CpuShares {
  /** The part of its wall time that a stack wants a CPU, from 0 to 1. */
  private readonly wants = new Map<StackId, number>();
  /** What was charged and did not fit into the wall time there: readings are late by a tick. */
  private readonly carried = { cpu: 0, delay: 0 };
  /** What rounding has left over. */
  private readonly rest = { cpu: 0, delay: 0 };

  /** @param isIdle whether a stack is of nothing that ran */
  constructor(private readonly isIdle: (stack: StackId) => boolean) {}

  /**
   * `readings` are in order of time: the first where the samples begin, the last where they end or later. Times are
   * on the clock of the samples.
   */
  share(samples: V8Samples, readings: readonly ThreadTimes[]): SampleTimes {
    const { length, ends } = samples;
    const shares = { cpu: new Float64Array(length), delay: new Float64Array(length) };
    if (length === 0) return shares;
    const intervals = this.level(intervalsOf(readings, ends[length - 1]));
    const parts = partsOf(samples, intervals);
    const wants = Float64Array.from(samples.stacks.subarray(0, length), (stack) => this.wanted(stack));
    const wanted = new Float64Array(length);
    for (let round = 0; round < ROUNDS; round++) {
      wanted.fill(0);
      for (const part of parts) shareOut(part, wants, wanted);
      this.learn(samples, wanted);
      for (let i = 0; i < length; i++) wants[i] = this.wanted(samples.stacks[i]);
    }
    for (const part of parts) {
      wanted.fill(0, part.first, part.first + part.wall.length);
      shareOut(part, wants, wanted);
      const { cpu, delay } = part.interval;
      const onCpu = cpu === 0 ? 0 : cpu / (cpu + delay);
      for (let i = part.first; i < part.first + part.wall.length; i++) {
        shares.cpu[i] += wanted[i] * onCpu;
        shares.delay[i] += wanted[i] * (1 - onCpu);
      }
    }
    this.round(samples, shares);
    return shares;
  }

  /** To whole microseconds, as weights are: it makes files half as long. What is cut off goes to the next sample. */
  private round({ begins, ends, length }: V8Samples, { cpu, delay }: SampleTimes): void {
    const { rest } = this;
    for (let i = 0; i < length; i++) {
      const wall = (ends[i] - begins[i]) * 1000;
      rest.cpu += cpu[i];
      cpu[i] = Math.min(wall, Math.floor(rest.cpu / 1000) * 1000);
      rest.cpu -= cpu[i];
      rest.delay += delay[i];
      delay[i] = Math.min(wall - cpu[i], Math.floor(rest.delay / 1000) * 1000);
      rest.delay -= delay[i];
    }
  }

  private wanted(stack: StackId): number {
    return this.isIdle(stack) ? 0 : (this.wants.get(stack) ?? 1);
  }

  /** A new guess from what each stack's samples were given, `wanted` in ns. */
  private learn({ begins, ends, stacks, length }: V8Samples, wanted: Float64Array): void {
    const sums = new Map<StackId, { wall: number; wanted: number }>();
    for (let i = 0; i < length; i++) {
      const sum = sums.get(stacks[i]) ?? { wall: 0, wanted: 0 };
      sum.wall += (ends[i] - begins[i]) * 1000;
      sum.wanted += wanted[i];
      sums.set(stacks[i], sum);
    }
    for (const [stack, sum] of sums) {
      const before = this.wanted(stack);
      this.wants.set(stack, (before * EARLIER_NS + sum.wanted) / (EARLIER_NS + sum.wall));
    }
  }

  /**
   * No thread can use more than all of the time. What is charged above that was used before, and read too late; what
   * was not read before the samples began is given to the first interval with room.
   */
  private level(intervals: Interval[]): Interval[] {
    for (let k = intervals.length - 1; k >= 0; k--) {
      moveSurplus(intervals[k], k > 0 ? intervals[k - 1] : this.carried);
    }
    for (const interval of intervals) {
      const room = interval.length - interval.cpu - interval.delay;
      const held = this.carried.cpu + this.carried.delay;
      if (room > 0 && held > 0) move(this.carried, interval, Math.min(1, room / held));
    }
    return intervals;
  }
}

/** The time between two readings, and what the thread used in it; all in ns but the times. */
interface Interval {
  readonly fromUs: number;
  readonly toUs: number;
  readonly length: number;
  cpu: number;
  delay: number;
}

/** The last reading may be after the end of the samples: they have their part of what lies between. */
function intervalsOf(readings: readonly ThreadTimes[], endUs: number): Interval[] {
  const intervals: Interval[] = [];
  for (let k = 1; k < readings.length; k++) {
    const [before, after] = [readings[k - 1], readings[k]];
    const toUs = Math.min(after.timeUs, endUs);
    if (toUs <= before.timeUs) continue;
    const part = (toUs - before.timeUs) / (after.timeUs - before.timeUs);
    intervals.push({
      fromUs: before.timeUs,
      toUs,
      length: (toUs - before.timeUs) * 1000,
      cpu: Math.max(0, after.cpuNs - before.cpuNs) * part,
      delay: Math.max(0, after.delayNs - before.delayNs) * part,
    });
  }
  return intervals;
}

function moveSurplus(from: Interval, to: { cpu: number; delay: number }): void {
  const used = from.cpu + from.delay;
  if (used > from.length) move(from, to, (used - from.length) / used);
}

function move(from: { cpu: number; delay: number }, to: { cpu: number; delay: number }, share: number): void {
  const cpu = from.cpu * share;
  const delay = from.delay * share;
  from.cpu -= cpu;
  from.delay -= delay;
  to.cpu += cpu;
  to.delay += delay;
}

/** The samples that lie in an interval, and how much of each does, in ns. */
interface Part {
  readonly interval: Interval;
  readonly first: number;
  readonly wall: Float64Array;
}

function partsOf({ begins, ends, length }: V8Samples, intervals: readonly Interval[]): Part[] {
  let first = 0;
  return intervals.map((interval) => {
    const { fromUs, toUs } = interval;
    while (first < length && ends[first] <= fromUs) first++;
    let end = first;
    while (end < length && begins[end] < toUs) end++;
    const wall = new Float64Array(end - first);
    for (let i = 0; i < wall.length; i++) {
      wall[i] = (Math.min(ends[first + i], toUs) - Math.max(begins[first + i], fromUs)) * 1000;
    }
    return { interval, first, wall };
  });
}

/** Adds to `wanted`, by sample, what the interval was charged: by what the stacks want, all of it and no more. */
function shareOut({ interval, first, wall }: Part, wants: Float64Array, wanted: Float64Array): void {
  const charged = interval.cpu + interval.delay;
  let all = 0;
  let guessed = 0;
  for (let i = 0; i < wall.length; i++) {
    all += wall[i];
    guessed += wall[i] * wants[first + i];
  }
  if (charged <= guessed) {
    const scale = guessed === 0 ? 0 : charged / guessed;
    for (let i = 0; i < wall.length; i++) wanted[first + i] += wall[i] * wants[first + i] * scale;
    return;
  }
  // More than guessed: what the samples were guessed to wait shrinks in proportion, to nothing at most.
  const scale = Math.max(0, (all - charged) / (all - guessed));
  for (let i = 0; i < wall.length; i++) wanted[first + i] += wall[i] * (1 - scale * (1 - wants[first + i]));
}

import type { V8Samples } from '../../formats/cpuprofile/v8-series.js';
import type { StackId } from '../../profile/stacks.js';
import type { ThreadTimes } from '../thread-clocks.js';

/** Of each sample, in ns. */
export interface SampleTimes {
  readonly cpu: Float64Array;
  /** Ready to run and without a CPU. */
  readonly delay: Float64Array;
}

/** A reading is late by a tick of the kernel's clock, at most 10 ms; what did not fit for another reason has no samples. */
const MOST_CARRIED_NS = 20e6;
/** What busy samples can be too few by, where they take turns with idle ones. */
const MOST_SPARED_NS = 50e6;
/** Rounds in which the guess of what each stack does is made to agree with what the kernel says. */
const ROUNDS = 8;
/** Wall time in ns for which the guess of earlier pieces stands when a stack's new one is made. */
const EARLIER_NS = 20e6;
/** Above zero, so that a guess can grow again. */
const LEAST_WANTED = 0.005;

/**
 * Shares out what the kernel charged a thread among its samples, so that they have together exactly what it was charged
 * in their time: interval by interval between two readings where the thread was never idle. Where it was, it is by
 * chance how many of an interval's samples are idle: all such intervals of a piece are one.
 *
 * Where one stack computed and another waited, each has its part by what it does elsewhere: a stack that fills whole
 * intervals shows there how much it wants a CPU. Idle ones want none. What a thread waited for a CPU goes with what it
 * used of one: it is not the waiting of its own doing.
 */
export class CpuShares {
  /** The part of its wall time that a stack wants a CPU, from 0 to 1. */
  private readonly wants = new Map<StackId, number>();
  /** What was charged and did not fit into the wall time there: readings are late by a tick. */
  private readonly carried = { cpu: 0, delay: 0 };
  /** What was charged in times with idle samples and was more than all others could have: theirs will come. */
  private readonly spared = { cpu: 0, delay: 0 };
  /** What rounding has left over. */
  private readonly rest = { cpu: 0, delay: 0 };

  /** @param isIdle whether a stack is of nothing that ran */
  constructor(private readonly isIdle: (stack: StackId) => boolean) {}

  /**
   * `readings` are in order of time: the first where the samples begin, the last where they end or later. Times are
   * on the clock of the samples.
   */
  share(samples: V8Samples, readings: readonly ThreadTimes[]): SampleTimes {
    const { length, ends, stacks } = samples;
    const shares = { cpu: new Float64Array(length), delay: new Float64Array(length) };
    if (length === 0) return shares;
    const parts = partsOf(samples, this.level(intervalsOf(readings, ends[length - 1])));
    const idle = Uint8Array.from(stacks.subarray(0, length), (stack) => (this.isIdle(stack) ? 1 : 0));
    const wants = this.learn(samples, parts, idle);
    const isMixed = (part: Part) => part.samples.some((sample) => idle[sample] === 1);
    for (const part of parts) if (!isMixed(part)) shareOut(part, wants, shares);
    const mixed = parts.filter(isMixed);
    const busy = together(mixed, (sample) => idle[sample] === 0);
    const quiet = together(mixed, (sample) => idle[sample] === 1);
    this.spare(busy, quiet);
    for (const part of [busy, quiet]) shareOut(part, wants, shares);
    this.round(samples, shares);
    return shares;
  }

  /** What each sample wants, so that the intervals come out as they were charged, as far as that can be. */
  private learn(samples: V8Samples, parts: readonly Part[], idle: Uint8Array): Float64Array {
    const { stacks, length } = samples;
    const wants = new Float64Array(length);
    const read = () => {
      for (let i = 0; i < length; i++) wants[i] = idle[i] === 1 ? 0 : (this.wants.get(stacks[i]) ?? 1);
    };
    read();
    for (let round = 0; round < ROUNDS; round++) {
      const sums = new Map<StackId, { wall: number; wanted: number }>();
      for (const part of parts) addCorrected(part, wants, stacks, sums);
      for (const [stack, { wall, wanted }] of sums) {
        const before = this.wants.get(stack) ?? 1;
        const now = (before * EARLIER_NS + wanted) / (EARLIER_NS + wall);
        this.wants.set(stack, Math.min(1, Math.max(LEAST_WANTED, now)));
      }
      read();
    }
    return wants;
  }

  /** Gives all that was charged to the busy ones; of what they cannot have, some is held back, the idle get the rest. */
  private spare(busy: Part, quiet: Part): void {
    for (const source of [quiet, this.spared]) move(source, busy, 1);
    const charged = busy.cpu + busy.delay;
    const surplus = charged - sumOf(busy.wall);
    if (surplus <= 0) return;
    move(busy, quiet, surplus / charged);
    move(quiet, this.spared, Math.min(1, MOST_SPARED_NS / surplus));
  }

  /** Gives up what did not fit, where it is known to have been used before the samples began. */
  dropSurplus(): void {
    Object.assign(this.carried, { cpu: 0, delay: 0 });
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

  /**
   * No thread can use more than all of the time. What is charged above that was used before, and read too late; what
   * was not read before the samples began is given to the first interval with room.
   */
  private level(intervals: Interval[]): Interval[] {
    for (let k = intervals.length - 1; k >= 0; k--) {
      moveSurplus(intervals[k], k > 0 ? intervals[k - 1] : this.carried);
    }
    const surplus = this.carried.cpu + this.carried.delay;
    if (surplus > MOST_CARRIED_NS) move(this.carried, { cpu: 0, delay: 0 }, 1 - MOST_CARRIED_NS / surplus);
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

/** Samples that lie in an interval, or in several; how much of each does; and what was charged there; in ns. */
interface Part {
  readonly samples: readonly number[];
  readonly wall: readonly number[];
  cpu: number;
  delay: number;
}

function partsOf({ begins, ends, length }: V8Samples, intervals: readonly Interval[]): Part[] {
  let first = 0;
  return intervals.map(({ fromUs, toUs, cpu, delay }) => {
    while (first < length && ends[first] <= fromUs) first++;
    const part: Part & { samples: number[]; wall: number[] } = { samples: [], wall: [], cpu, delay };
    for (let i = first; i < length && begins[i] < toUs; i++) {
      part.samples.push(i);
      part.wall.push((Math.min(ends[i], toUs) - Math.max(begins[i], fromUs)) * 1000);
    }
    return part;
  });
}

/** The samples of several parts that are of one sort, with what the parts were charged by share of the time. */
function together(parts: readonly Part[], isOfIt: (sample: number) => boolean): Part {
  const samples: number[] = [];
  const wall: number[] = [];
  let [cpu, delay] = [0, 0];
  for (const part of parts) {
    const before = wall.length;
    for (const [i, sample] of part.samples.entries()) {
      if (!isOfIt(sample)) continue;
      samples.push(sample);
      wall.push(part.wall[i]);
    }
    const share = sumOf(wall.slice(before)) / sumOf(part.wall);
    cpu += part.cpu * share;
    delay += part.delay * share;
  }
  return { samples, wall, cpu, delay };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Adds to `sums`, by stack, what its samples would want if all of the part's wanted more or less in proportion. */
function addCorrected(
  { samples, wall, cpu, delay }: Part,
  wants: Float64Array,
  stacks: Uint32Array,
  sums: Map<StackId, { wall: number; wanted: number }>,
): void {
  const guessed = samples.reduce((sum, sample, i) => sum + wall[i] * wants[sample], 0);
  if (guessed === 0) return;
  const scale = (cpu + delay) / guessed;
  for (const [i, sample] of samples.entries()) {
    if (wants[sample] === 0) continue;
    const sum = sums.get(stacks[sample]) ?? { wall: 0, wanted: 0 };
    sum.wall += wall[i];
    sum.wanted += wall[i] * wants[sample] * scale;
    sums.set(stacks[sample], sum);
  }
}

/** Gives the samples what was charged: by what they want, all of it, and none more than its wall time. */
function shareOut({ samples, wall, cpu, delay }: Part, wants: Float64Array, shares: SampleTimes): void {
  const charged = cpu + delay;
  const all = sumOf(wall);
  const guessed = samples.reduce((sum, sample, i) => sum + wall[i] * wants[sample], 0);
  const onCpu = charged === 0 ? 0 : cpu / charged;
  // Less than guessed shrinks what they want; more than guessed what they wait, to nothing at most.
  const isLess = charged <= guessed;
  const scale = isLess
    ? guessed === 0
      ? 0
      : charged / guessed
    : Math.max(0, (all - charged) / (all - guessed));
  for (const [i, sample] of samples.entries()) {
    const want = isLess ? wants[sample] * scale : 1 - scale * (1 - wants[sample]);
    shares.cpu[sample] += wall[i] * want * onCpu;
    shares.delay[sample] += wall[i] * want * (1 - onCpu);
  }
}

import { FrameKind } from '../profile/frames.js';
import type { Layer } from '../profile/layers.js';
import type { ProcessId } from '../profile/processes.js';
import type { Profile } from '../profile/profile.js';
import type { Series } from '../profile/series.js';
import type { ThreadId } from '../profile/threads.js';
import { matchingFunctions } from './function-patterns.js';
import { chooseMeasure, type Measure, type Quantity, quantityOf } from './measure.js';
import { frameFunctions, NO_FUNCTION, ownFunctions } from './own-functions.js';
import { stackKinds } from './stack-kinds.js';
import { type StackWeights, weighStacks } from './stack-weights.js';

/** Which samples to look at; what is left out is not limited. A selection is a view: nothing is deleted. */
export interface SelectionOptions {
  readonly threads?: ReadonlySet<ThreadId>;
  readonly processes?: ReadonlySet<ProcessId>;
  /** Microseconds from the recording's start, inclusive. */
  readonly fromUs?: number;
  /** Microseconds from the recording's start, exclusive. */
  readonly toUs?: number;
  /** Samples whose innermost function is of this layer. */
  readonly layer?: Layer;
  /** Samples with a function on their stack whose `name file` matches. */
  readonly grep?: RegExp;
  /** The profile is a view that lacks samples of the recording, so that it is not the whole. */
  readonly isPart?: true;
}

/** Selected samples of one event, summed by stack and by thread. All weights are in `measure.unit`. */
export interface Selection {
  readonly profile: Profile;
  readonly options: SelectionOptions;
  readonly measure: Measure;
  readonly stacks: StackWeights;
  /** Number of samples, idle ones among them. */
  readonly samples: number;
  /** Weight of the samples that are not idle: what every share is a share of. */
  readonly total: number;
  /** Weight of those that are idle. */
  readonly idle: number;
  /** Of the idle samples, the quantity that is summed of the others. */
  readonly ofIdle: number;
  /** Weight of the samples of which that quantity is not known. */
  readonly unknown: number;
  /** The threads that `options` allow, with or without samples. */
  readonly threads: readonly ThreadId[];
  /** Whether nothing was left out. */
  readonly isWhole: boolean;
  /** Weight that is not idle, by thread id. */
  readonly threadWeights: Float64Array;
  /** Number of samples, idle ones among them, by thread id. */
  readonly threadSamples: Float64Array;
}

/** Sums the samples that `options` select, in one pass over them; of the event that a report is about unless told. */
export function select(
  profile: Profile,
  options: SelectionOptions = {},
  measure: Measure = chooseMeasure(profile),
): Selection {
  const sums = new Sums(profile, stackFates(profile, options));
  const threads = new Set(selectedThreads(profile, options));
  for (const series of measure.series) {
    if (threads.has(series.thread)) sums.add(series, measure.quantity, options.fromUs, options.toUs);
  }
  return {
    profile,
    options,
    measure,
    stacks: weighStacks(profile, sums.byStack),
    samples: sums.samples,
    total: sums.total,
    idle: sums.idle,
    ofIdle: sums.ofIdle,
    unknown: sums.unknown,
    threads: [...threads],
    isWhole: Object.values(options).every((option) => option === undefined),
    threadWeights: sums.byThread,
    threadSamples: sums.samplesByThread,
  };
}

/** What becomes of a stack's samples. */
enum Fate {
  Leave = 0,
  Count = 1,
  Idle = 2,
}

class Sums {
  readonly byStack: Float64Array;
  readonly byThread: Float64Array;
  readonly samplesByThread: Float64Array;
  samples = 0;
  total = 0;
  idle = 0;
  ofIdle = 0;
  unknown = 0;

  constructor(
    profile: Profile,
    private readonly fates: Uint8Array,
  ) {
    this.byStack = new Float64Array(profile.stacks.length);
    this.byThread = new Float64Array(profile.threads.length);
    this.samplesByThread = new Float64Array(profile.threads.length);
  }

  add(
    series: Series,
    quantity: Quantity,
    from = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
  ): void {
    const { byStack, fates } = this;
    const stacks = series.stacks.data;
    const weights = series.weights.data;
    const values = quantityOf(series, quantity);
    const times = series.times.data;
    const everyTime = from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY;
    let counted = 0;
    let total = 0;
    let idle = 0;
    const { length } = series.stacks;
    for (let i = 0; i < length; i++) {
      const fate = fates[stacks[i]];
      if (fate === Fate.Leave || !(everyTime || (times[i] >= from && times[i] < to))) continue;
      counted++;
      const value = values[i];
      if (fate === Fate.Idle) {
        idle += weights[i];
        this.ofIdle += value || 0;
      } else if (Number.isNaN(value)) {
        this.unknown += weights[i];
      } else {
        total += value;
        byStack[stacks[i]] += value;
      }
    }
    this.samples += counted;
    this.total += total;
    this.idle += idle;
    this.byThread[series.thread] += total;
    this.samplesByThread[series.thread] += counted;
  }
}

function selectedThreads(profile: Profile, options: SelectionOptions): ThreadId[] {
  const processOf = profile.threads.columns.process.data;
  return Array.from({ length: profile.threads.length }, (_, thread) => thread).filter(
    (thread) => (options.threads?.has(thread) ?? true) && (options.processes?.has(processOf[thread]) ?? true),
  );
}

function stackFates(profile: Profile, options: SelectionOptions): Uint8Array {
  const fates = stackKinds(profile).map((kind) => (kind === FrameKind.Idle ? Fate.Idle : Fate.Count));
  if (options.layer !== undefined) leaveOtherLayers(profile, options.layer, fates);
  if (options.grep) leaveUnmatched(profile, options.grep, fates);
  return fates;
}

function leaveOtherLayers(profile: Profile, layer: Layer, fates: Uint8Array): void {
  const own = ownFunctions(profile);
  const layers = profile.functions.columns.layer.data;
  for (let id = 0; id < fates.length; id++) {
    if (fates[id] === Fate.Idle || own[id] === NO_FUNCTION || layers[own[id]] !== layer)
      fates[id] = Fate.Leave;
  }
}

function leaveUnmatched(profile: Profile, pattern: RegExp, fates: Uint8Array): void {
  const matching = matchingFunctions(profile, pattern);
  const ofFrame = frameFunctions(profile);
  const parents = profile.stacks.columns.parent.data;
  const frames = profile.stacks.columns.frame.data;
  const matched = new Uint8Array(fates.length);
  for (let id = 1; id < fates.length; id++) {
    const func = ofFrame[frames[id]];
    matched[id] = matched[parents[id]] || (func !== NO_FUNCTION && matching[func]) ? 1 : 0;
  }
  for (let id = 0; id < fates.length; id++) if (!matched[id]) fates[id] = Fate.Leave;
}

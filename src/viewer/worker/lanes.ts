import type { Measure, Quantity } from '../../analysis/measure.js';
import { quantityOf } from '../../analysis/measure.js';
import { NO_FUNCTION, ownFunctions } from '../../analysis/own-functions.js';
import { stackKinds } from '../../analysis/stack-kinds.js';
import { FrameKind } from '../../profile/frames.js';
import { LAYER_NAMES, Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { ROLE_NAMES, type ThreadId, ThreadRole } from '../../profile/threads.js';
import { firstSampleFrom, sampleBegin, sampleEnd } from './sample-spans.js';
import type { TimeRange } from './time-boxes.js';

/** A strip of the overview: a thread, or the threads of a process that do the same work for all. */
export interface Lane {
  readonly threads: readonly ThreadId[];
  readonly role: string;
  readonly name: string;
  readonly pid: number;
  readonly command: string;
  /** Weight of its samples that are not idle. */
  readonly weight: number;
}

/** Lanes that are drawn; the lightest of more are one. */
const MOST_LANES = 48;
const TOGETHER: ReadonlySet<ThreadRole> = new Set([ThreadRole.Pool, ThreadRole.Gc, ThreadRole.Compiler]);

/** Threads with samples, by process, the heaviest first. */
export function lanesOf(profile: Profile, weights: Float64Array, samples: Float64Array): Lane[] {
  const { threads, processes } = profile;
  const { process, role, tid } = threads.columns;
  const groups = new Map<string, Lane>();
  for (let thread = 0; thread < threads.length; thread++) {
    if (samples[thread] === 0) continue;
    const shared = TOGETHER.has(role.data[thread]);
    const key = shared ? `${process.data[thread]} ${role.data[thread]}` : `thread ${thread}`;
    const known = groups.get(key);
    groups.set(key, {
      threads: [...(known?.threads ?? []), thread],
      role: ROLE_NAMES[role.data[thread]],
      name: shared ? '' : threads.name(thread) || `thread ${tid.data[thread]}`,
      pid: processes.columns.pid.data[process.data[thread]],
      command: processes.command(process.data[thread]),
      weight: (known?.weight ?? 0) + weights[thread],
    });
  }
  const lanes = [...groups.values()].sort((a, b) => b.weight - a.weight);
  if (lanes.length <= MOST_LANES) return lanes;
  const rest = lanes.slice(MOST_LANES - 1);
  const others: Lane = {
    threads: rest.flatMap((lane) => lane.threads),
    role: 'other',
    name: `${rest.length} more`,
    pid: 0,
    command: '',
    weight: rest.reduce((sum, lane) => sum + lane.weight, 0),
  };
  return [...lanes.slice(0, MOST_LANES - 1), others];
}

/** For each lane, `LAYER_NAMES.length` numbers a bin: how many CPUs (or threads) that layer kept busy there. */
export type LaneBins = readonly Float32Array[];

export class LaneCounter {
  private readonly layers: Uint8Array;

  constructor(profile: Profile) {
    const own = ownFunctions(profile);
    const kinds = stackKinds(profile);
    const ofFunction = profile.functions.columns.layer.data;
    this.layers = Uint8Array.from(own, (func, stack) =>
      kinds[stack] === FrameKind.Idle ? IDLE : func === NO_FUNCTION ? Layer.Unknown : ofFunction[func],
    );
  }

  count(
    lanes: readonly Lane[],
    measure: Measure,
    quantity: Quantity,
    range: TimeRange,
    bins: number,
  ): LaneBins {
    const counts = lanes.map(() => new Float32Array(bins * LAYERS));
    const laneOf = new Map(lanes.flatMap(({ threads }, lane) => threads.map((thread) => [thread, lane])));
    const step = (range.to - range.from) / bins;
    for (const series of measure.series) {
      const lane = laneOf.get(series.thread);
      if (lane === undefined || !series.timed) continue;
      const values = quantityOf(series, quantity);
      const into = counts[lane];
      const first = Math.max(0, firstSampleFrom(series, range.from) - 1);
      for (let i = first; i < series.stacks.length; i++) {
        const layer = this.layers[series.stacks.data[i]];
        const begin = sampleBegin(series, i);
        if (begin >= range.to) break;
        if (layer !== IDLE && values[i] > 0)
          spread(into, layer, values[i], begin, sampleEnd(series, i), range, step);
      }
    }
    return counts;
  }
}

const IDLE = 255;
const LAYERS = LAYER_NAMES.length;

/** Shares `value` out over the bins from `begin` to `end` by time. */
function spread(
  into: Float32Array,
  layer: Layer,
  value: number,
  begin: number,
  end: number,
  range: TimeRange,
  step: number,
): void {
  const bins = into.length / LAYERS;
  const length = Math.max(1, end - begin);
  const last = Math.min(bins - 1, Math.floor((end - 1 - range.from) / step));
  for (let bin = Math.max(0, Math.floor((begin - range.from) / step)); bin <= last; bin++) {
    const left = range.from + bin * step;
    const part = Math.min(end, left + step) - Math.max(begin, left);
    into[bin * LAYERS + layer] += (value * Math.max(0, part)) / length / step;
  }
}

import { F64Column, U32Column } from '../../profile/columns.js';
import type { Profile } from '../../profile/profile.js';
import { type Series, Unit } from '../../profile/series.js';

/** How long one event of a count lasts in a format that knows only time. */
const COUNT_NS = 1e6;

/** One thread's samples as nodes on a time line without holes: what is between them is idle. */
export interface Timeline {
  readonly nodes: U32Column;
  /** Start of each, microseconds from the thread's own zero. */
  readonly starts: F64Column;
  readonly lengthUs: number;
  /** Part of it without a sample. */
  readonly idleUs: number;
  readonly samples: number;
}

/** The series of the heaviest event of the most telling unit: the one that the report is about. */
export function mainEvent(profile: Profile): readonly Series[] {
  for (const unit of [Unit.CpuNs, Unit.WallNs, Unit.Count]) {
    const ofUnit = profile.series.filter((series) => series.unit === unit && series.pending > 0);
    if (ofUnit.length === 0) continue;
    const weights = new Map<string, number>();
    for (const { event, totalWeight } of ofUnit) weights.set(event, (weights.get(event) ?? 0) + totalWeight);
    const [heaviest] = [...weights].reduce((most, each) => (each[1] > most[1] ? each : most));
    return ofUnit.filter(({ event }) => event === heaviest);
  }
  return [];
}

/** `nodeOf` by stack; `idle` is the node for holes. */
export function timelineOf(series: Series, nodeOf: Uint32Array, idle: number): Timeline {
  const nodes = new U32Column();
  const starts = new F64Column();
  const add = (node: number, startNs: number) => {
    nodes.push(node);
    starts.push(Math.round(startNs / 1000));
  };
  const scale = series.unit === Unit.Count ? COUNT_NS : 1;
  // Gaps are only told by samples of CPU time; a wall sample lasts until the next, a count has no time.
  const withGaps = series.timed && series.unit === Unit.CpuNs;
  let idleNs = 0;
  let workNs = 0;
  for (let i = 0; i < series.pending; i++) {
    const weight = series.weights.data[i] * scale;
    const beginNs = series.times.data[i] * 1000 - weight;
    if (withGaps && beginNs - (idleNs + workNs) >= 1000) {
      add(idle, idleNs + workNs);
      // Whole microseconds, so that gaps do not change how the work is rounded.
      idleNs += Math.floor((beginNs - (idleNs + workNs)) / 1000) * 1000;
    }
    add(nodeOf[series.stacks.data[i]], idleNs + workNs);
    workNs += weight;
  }
  const lengthUs = Math.round((idleNs + workNs) / 1000);
  return { nodes, starts, lengthUs, idleUs: idleNs / 1000, samples: series.pending };
}

/** How many samples would have been taken in the gaps. */
export function idleHits(timelines: readonly Timeline[]): number {
  const idleUs = totalOf(timelines, (timeline) => timeline.idleUs);
  const samples = totalOf(timelines, (timeline) => timeline.samples);
  const sampledUs = totalOf(timelines, ({ lengthUs }) => lengthUs) - idleUs;
  return sampledUs > 0 ? Math.round((idleUs * samples) / sampledUs) : 0;
}

export function totalOf(timelines: readonly Timeline[], amount: (timeline: Timeline) => number): number {
  return timelines.reduce((total, timeline) => total + amount(timeline), 0);
}

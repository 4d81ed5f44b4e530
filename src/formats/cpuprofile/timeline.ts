import { F64Column, U32Column } from '../../profile/columns.js';
import { type Series, Unit } from '../../profile/series.js';
import { placeSamples } from '../placed-samples.js';

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

/** `nodeOf` by stack; `idle` is the node for holes. Wall time begins with the first sample. */
export function timelineOf(series: Series, nodeOf: Uint32Array, idle: number): Timeline {
  const nodes = new U32Column();
  const starts = new F64Column();
  let zero = series.unit === Unit.WallNs ? Number.NaN : 0;
  let at = 0;
  let idleNs = 0;
  const end = placeSamples(series, (stack, beginNs, lengthNs) => {
    if (Number.isNaN(zero)) zero = beginNs;
    const begin = beginNs - zero;
    if (begin - at > 1) {
      nodes.push(idle);
      starts.push(Math.round(at / 1000));
      idleNs += begin - at;
    }
    nodes.push(nodeOf[stack]);
    starts.push(Math.round(begin / 1000));
    at = begin + lengthNs;
  });
  const lengthUs = Number.isNaN(zero) ? 0 : Math.round((end - zero) / 1000);
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

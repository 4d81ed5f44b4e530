import { type Series, Unit } from '../../profile/series.js';
import { SamplePlaces } from '../placed-samples.js';

/** Samples that are written at a time; each may have a pause before it. */
export const AT_ONCE = 2048;

/** One thread's samples as nodes on a time line without holes: what is between them is idle. */
export class Timeline {
  readonly lengthUs: number;
  /** Part of it without a sample. */
  readonly idleUs: number;
  readonly samples: number;
  private readonly places: SamplePlaces;
  private readonly zero: number;

  constructor(
    private readonly series: Series,
    /** By stack. */
    private readonly nodeOf: Uint32Array,
    private readonly idle: number,
  ) {
    const places = new SamplePlaces(series);
    this.places = places;
    this.samples = series.pending;
    // Wall time begins with the first sample, CPU time with the recording.
    this.zero = series.unit === Unit.WallNs && this.samples > 0 ? places.gapBefore(0, 0) : 0;
    let at = this.zero;
    let idleNs = 0;
    for (let i = 0; i < this.samples; i++) {
      const gap = places.gapBefore(i, at);
      idleNs += gap;
      at += gap + places.lengthOf(i);
    }
    this.lengthUs = Math.round((at - this.zero) / 1000);
    this.idleUs = idleNs / 1000;
  }

  /** Puts the next nodes into `values`, which has room for `AT_ONCE` and one more; returns how many. */
  nodes(cursor: Cursor, values: Float64Array): number {
    const { places, nodeOf, idle, samples } = this;
    const stacks = this.series.stacks.data;
    let { index, at } = cursor;
    let count = 0;
    for (; index < samples && count < AT_ONCE; index++) {
      const gap = places.gapBefore(index, at);
      if (gap > 0) values[count++] = idle;
      values[count++] = nodeOf[stacks[index]];
      at += gap + places.lengthOf(index);
    }
    cursor.index = index;
    cursor.at = at;
    return count;
  }

  /** Likewise when they begin, in microseconds from the thread's own zero. */
  starts(cursor: Cursor, values: Float64Array): number {
    const { places, zero, samples } = this;
    let { index, at } = cursor;
    let count = 0;
    for (; index < samples && count < AT_ONCE; index++) {
      const gap = places.gapBefore(index, at);
      if (gap > 0) values[count++] = Math.round((at - zero) / 1000);
      at += gap;
      values[count++] = Math.round((at - zero) / 1000);
      at += places.lengthOf(index);
    }
    cursor.index = index;
    cursor.at = at;
    return count;
  }

  /** Before the first sample. */
  cursor(): Cursor {
    return { index: 0, at: this.zero };
  }
}

/** How far a time line was written. */
export interface Cursor {
  index: number;
  /** End of the sample before, ns. */
  at: number;
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

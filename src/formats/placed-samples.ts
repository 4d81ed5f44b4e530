import type { Profile } from '../profile/profile.js';
import { type Series, SLICES, Unit } from '../profile/series.js';

/** How long one event of a count lasts in a format that knows only time. */
const COUNT_NS = 1e6;
/** Shorter gaps come from times being whole microseconds. */
const LEAST_CPU_GAP_NS = 1000;
const LEAST_WALL_GAP_NS = 2000;

/**
 * Where the samples of a series lie on their thread's time line, in ns: none overlap, each lasts as long as it weighs,
 * and between them nothing ran. A CPU sample ends at its time, a wall sample begins there; counts, which have no
 * length, follow each other. Who goes through the samples keeps the end of the last one, 0 before the first.
 */
export class SamplePlaces {
  private readonly times: Float64Array;
  private readonly weights: Float64Array;
  private readonly scale: number;
  private readonly isTimed: boolean;
  private readonly isCpu: boolean;
  private readonly leastGap: number;

  constructor({ unit, timed, times, weights }: Series) {
    this.times = times.data;
    this.weights = weights.data;
    this.scale = unit === Unit.Count ? COUNT_NS : 1;
    this.isTimed = timed && unit !== Unit.Count;
    this.isCpu = unit === Unit.CpuNs;
    this.leastGap = this.isCpu ? LEAST_CPU_GAP_NS : LEAST_WALL_GAP_NS;
  }

  /** For how long nothing ran between the end of the sample before, `at`, and sample `index`. */
  gapBefore(index: number, at: number): number {
    if (!this.isTimed) return 0;
    const gap = this.times[index] * 1000 - (this.isCpu ? this.weights[index] : 0) - at;
    // Whole microseconds, so that gaps do not change how the work is rounded.
    return gap >= this.leastGap ? Math.floor(gap / 1000) * 1000 : 0;
  }

  lengthOf(index: number): number {
    return this.weights[index] * this.scale;
  }
}

const ON_A_TIME_LINE = [Unit.CpuNs, Unit.WallNs, Unit.Count];

/** The series of the heaviest event of the most telling unit: the one that the report is about. */
export function mainEvent(profile: Profile, units: readonly Unit[] = ON_A_TIME_LINE): readonly Series[] {
  for (const unit of units) {
    const ofUnit = profile.series.filter((series) => series.unit === unit && series.pending > 0);
    if (ofUnit.length === 0) continue;
    const weights = new Map<string, number>();
    for (const { event, totalWeight } of ofUnit) weights.set(event, (weights.get(event) ?? 0) + totalWeight);
    if (weights.size > 1) weights.delete(SLICES);
    const [heaviest] = [...weights].reduce((most, each) => (each[1] > most[1] ? each : most));
    return ofUnit.filter(({ event }) => event === heaviest);
  }
  return [];
}

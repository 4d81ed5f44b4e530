import type { Profile } from '../profile/profile.js';
import { type Series, SLICES, Unit } from '../profile/series.js';
import type { StackId } from '../profile/stacks.js';

/** How long one event of a count lasts in a format that knows only time. */
const COUNT_NS = 1e6;
/** Shorter gaps come from times being whole microseconds. */
const LEAST_CPU_GAP_NS = 1000;
const LEAST_WALL_GAP_NS = 2000;

/**
 * Calls `place` with each sample of a series on its thread's time line, in ns: none overlap, each lasts as long as it
 * weighs, and between them nothing ran. A CPU sample ends at its time, a wall sample begins there; counts, which have
 * no length, follow each other. Returns the end of the last one.
 */
export function placeSamples(
  series: Series,
  place: (stack: StackId, beginNs: number, lengthNs: number) => void,
): number {
  const { unit, timed } = series;
  const scale = unit === Unit.Count ? COUNT_NS : 1;
  const isTimed = timed && unit !== Unit.Count;
  const leastGap = unit === Unit.CpuNs ? LEAST_CPU_GAP_NS : LEAST_WALL_GAP_NS;
  let at = 0;
  for (let i = 0; i < series.pending; i++) {
    const weight = series.weights.data[i] * scale;
    if (isTimed) {
      const begin = series.times.data[i] * 1000 - (unit === Unit.CpuNs ? weight : 0);
      // Whole microseconds, so that gaps do not change how the work is rounded.
      if (begin - at >= leastGap) at += Math.floor((begin - at) / 1000) * 1000;
    }
    place(series.stacks.data[i], at, weight);
    at += weight;
  }
  return at;
}

/** The series of the heaviest event of the most telling unit: the one that the report is about. */
export function mainEvent(profile: Profile): readonly Series[] {
  for (const unit of [Unit.CpuNs, Unit.WallNs, Unit.Count]) {
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

import type { Profile } from '../profile/profile.js';
import { type Series, Unit } from '../profile/series.js';

/** The series that a format of one event holds: of the most telling unit, those of the heaviest event. */
export function mainEvent(profile: Profile): readonly Series[] {
  for (const unit of [Unit.CpuNs, Unit.WallNs, Unit.Count, Unit.Bytes]) {
    const ofUnit = profile.series.filter((series) => series.unit === unit && series.pending > 0);
    if (ofUnit.length === 0) continue;
    const weights = new Map<string, number>();
    for (const { event, totalWeight } of ofUnit) weights.set(event, (weights.get(event) ?? 0) + totalWeight);
    const [heaviest] = [...weights].reduce((most, each) => (each[1] > most[1] ? each : most));
    return ofUnit.filter(({ event }) => event === heaviest);
  }
  return [];
}

import type { Profile } from '../profile/profile.js';
import { type Series, UNIT_NAMES, Unit } from '../profile/series.js';

/** The one event that a report is about. Weights of different units or events are never added up. */
export interface Measure {
  readonly unit: Unit;
  /** The event's name as its source gives it. */
  readonly event: string;
  readonly series: readonly Series[];
  /** The events that were recorded too and are left out, as `event (unit)`. */
  readonly leftOut: readonly string[];
}

const PREFERENCE = [Unit.CpuNs, Unit.WallNs, Unit.Count, Unit.Bytes];

/** As `capture/v8` names it. */
const V8_EVENT = 'v8';

/** CPU time if the recording has it, else wall time, counts, bytes; of several events of that unit the heaviest. */
export function chooseMeasure(profile: Profile): Measure {
  const groups = [...groupSeries(profile.series).values()].sort(
    (a, b) => PREFERENCE.indexOf(a[0].unit) - PREFERENCE.indexOf(b[0].unit) || weightOf(b) - weightOf(a),
  );
  if (groups.length === 0) return { unit: Unit.CpuNs, event: '', series: [], leftOut: [] };
  return measureOf(groups[0], groups);
}

/** What V8's profiler recorded beside another engine; undefined when it is not in the recording. */
export function v8Measure(profile: Profile): Measure | undefined {
  const groups = [...groupSeries(profile.series).values()];
  const own = groups.find(([first]) => first.event === V8_EVENT && first.unit === Unit.WallNs);
  return own && measureOf(own, groups);
}

function measureOf(chosen: readonly Series[], groups: readonly (readonly Series[])[]): Measure {
  const others = groups.filter((group) => group !== chosen);
  return {
    unit: chosen[0].unit,
    event: chosen[0].event,
    series: chosen,
    leftOut: others.map(([first]) => `${first.event} (${UNIT_NAMES[first.unit]})`),
  };
}

function groupSeries(all: readonly Series[]): Map<string, Series[]> {
  const groups = new Map<string, Series[]>();
  for (const series of all) {
    if (series.sampleCount === 0) continue;
    const key = `${series.unit} ${series.event}`;
    const group = groups.get(key);
    if (group) group.push(series);
    else groups.set(key, [series]);
  }
  return groups;
}

function weightOf(group: readonly Series[]): number {
  return group.reduce((sum, series) => sum + series.totalWeight, 0);
}

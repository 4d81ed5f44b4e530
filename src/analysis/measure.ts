import type { Profile } from '../profile/profile.js';
import { type Series, SLICES, UNIT_NAMES, Unit } from '../profile/series.js';

/** What of a sample is summed: all of its weight, or of wall time what it was on a CPU, ready without one, or neither. */
export type Quantity = 'weight' | 'cpu' | 'delay' | 'blocked';

/** The one event that a report is about. Weights of different units or events are never added up. */
export interface Measure {
  /** Of the quantity that is summed. */
  readonly unit: Unit;
  readonly quantity: Quantity;
  /** The event's name as its source gives it. */
  readonly event: string;
  readonly series: readonly Series[];
  /** The events that were recorded too and are left out, as `event (unit)`. */
  readonly leftOut: readonly string[];
}

const PREFERENCE = [Unit.CpuNs, Unit.WallNs, Unit.Count, Unit.Bytes];

/** As `capture/v8` names it. */
const V8_EVENT = 'v8';

/**
 * CPU time if the recording has it, else wall time, counts, bytes; of several events of that unit the heaviest, but
 * slices only where there is no other. With `quantity` of wall time only that part of it.
 */
export function chooseMeasure(profile: Profile, quantity: Quantity = 'weight'): Measure {
  const groups = [...groupSeries(profile.series).values()].sort(
    (a, b) =>
      PREFERENCE.indexOf(a[0].unit) - PREFERENCE.indexOf(b[0].unit) ||
      Number(a[0].event === SLICES) - Number(b[0].event === SLICES) ||
      weightOf(b) - weightOf(a),
  );
  if (groups.length === 0)
    return { unit: Unit.CpuNs, quantity: 'weight', event: '', series: [], leftOut: [] };
  const measure = measureOf(groups[0], groups);
  return quantity === 'weight' ? measure : partOf(measure, quantity);
}

/** What V8's profiler recorded beside another engine; undefined when it is not in the recording. */
export function v8Measure(profile: Profile): Measure | undefined {
  const groups = [...groupSeries(profile.series).values()];
  const own = groups.find(([first]) => first.event === V8_EVENT && first.unit === Unit.WallNs);
  return own && measureOf(own, groups);
}

/** Of a measure of wall time only that part of it; see `tellsCpu`. */
export function partOf(measure: Measure, quantity: Exclude<Quantity, 'weight'>): Measure {
  return { ...measure, quantity, unit: quantity === 'cpu' ? Unit.CpuNs : measure.unit };
}

function measureOf(chosen: readonly Series[], groups: readonly (readonly Series[])[]): Measure {
  const others = groups.filter((group) => group !== chosen);
  return {
    unit: chosen[0].unit,
    quantity: 'weight',
    event: chosen[0].event,
    series: chosen,
    leftOut: others.map(([first]) => `${first.event} (${UNIT_NAMES[first.unit]})`),
  };
}

/** Whether all of the measure is wall time whose samples tell what of it was CPU time. */
export function tellsCpu({ unit, quantity, series }: Measure): boolean {
  if (quantity !== 'weight' || unit !== Unit.WallNs) return false;
  return series.length > 0 && series.every(({ cpu }) => cpu !== undefined);
}

/** The quantity of each sample in memory, NaN where it is not known. */
export function quantityOf({ weights, cpu, delay }: Series, quantity: Quantity): Float64Array {
  if (quantity === 'weight') return weights.data;
  if (quantity === 'cpu') return cpu!.data;
  if (quantity === 'delay') return delay!.data;
  // A source that does not tell of delays leaves them in what it takes for blocked.
  return Float64Array.from({ length: weights.length }, (_, i) =>
    Math.max(0, weights.data[i] - cpu!.data[i] - (delay!.data[i] || 0)),
  );
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

import { Unit } from '../../profile/series.js';
import { placeOf } from '../summary.js';
import type { View } from './index.js';

/**
 * What a view did, as plain data for `report --json`: whose own time is whose now, heaviest first, and what is left out.
 * As in all of the report, `ms` holds counts or bytes where the weights are those.
 */
export function summarizeView(
  { profile, measure, folded, leftOutSamples, leftOutWeight }: View,
  limit = Number.POSITIVE_INFINITY,
) {
  const isTime = measure.unit === Unit.CpuNs || measure.unit === Unit.WallNs;
  const inMs = (weight: number) => (isTime ? weight / 1e6 : weight);
  return {
    folded: folded.slice(0, limit).map(({ from, into, weight }) => ({
      from: placeOf(profile, from),
      into: placeOf(profile, into),
      ms: inMs(weight),
    })),
    leftOut: { samples: leftOutSamples, ms: inMs(leftOutWeight) },
  };
}

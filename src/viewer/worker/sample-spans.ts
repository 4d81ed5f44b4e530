import { type Series, Unit } from '../../profile/series.js';

/** The time that a sample stands for, in ns: one of CPU time was taken at its end, one of wall time lasts from it on. */
export function sampleBegin({ times, weights, unit }: Series, sample: number): number {
  const ns = times.data[sample] * 1000;
  return unit === Unit.CpuNs ? ns - weights.data[sample] : ns;
}

export function sampleEnd({ times, weights, unit }: Series, sample: number): number {
  const ns = times.data[sample] * 1000;
  return unit === Unit.WallNs ? ns + weights.data[sample] : ns;
}

/** The first sample taken at or after a time in ns. */
export function firstSampleFrom({ times, stacks }: Series, ns: number): number {
  let low = 0;
  let high = stacks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times.data[middle] * 1000 >= ns) high = middle;
    else low = middle + 1;
  }
  return low;
}

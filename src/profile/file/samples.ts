import { LIMITS } from '../limits.js';
import { Malformed } from '../malformed.js';
import type { Profile } from '../profile.js';
import type { Series } from '../series.js';
import { checkSamples } from '../validate.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { type Columns, decodeColumns, encodeColumns } from './columns.js';

/** Writes samples `from` up to `to` of a series: its id, how many, then their columns. */
export function encodeSamples(out: ByteWriter, id: number, series: Series, from: number, to: number): void {
  out.varint(id);
  out.varint(to - from);
  encodeColumns(out, columnsOf(series), from, to, 0);
}

/** Adds the samples that `encodeSamples` wrote, as far as their times lie in the range. */
export function decodeSamples(
  input: ByteReader,
  profile: Profile,
  from: number,
  to: number,
): { series: Series; added: number } {
  const id = input.varint();
  const rows = input.varint();
  const series = profile.series[id];
  if (series === undefined) throw new Malformed(`series ${id} of ${profile.series.length}`);
  if (rows > LIMITS.blockRows) throw new Malformed(`${rows} samples are more than ${LIMITS.blockRows}`);
  const first = series.pending;
  decodeColumns(input, columnsOf(series), rows, 0);
  if (!series.timed) fillTimes(series);
  checkSamples(profile, series, first);
  keep(series, first, from, to);
  return { series, added: series.pending - first };
}

/** The earliest and the latest time of samples `from` up to `to`: a late delivery can put them out of order. */
export function timeRange({ timed, times }: Series, from: number, to: number): { from: number; to: number } {
  if (!timed) return { from: 0, to: 0 };
  const range = { from: times.data[from], to: times.data[from] };
  for (let i = from; i < to; i++) {
    const time = times.data[i];
    if (time < range.from) range.from = time;
    if (time > range.to) range.to = time;
  }
  return range;
}

/** Puts the samples in order of time; those of one time stay as they came. */
export function sortSamples(series: Series): void {
  const { timed, times } = series;
  if (!timed || isSorted(times.data, times.length)) return;
  const before = times.data.slice();
  const order = Uint32Array.from({ length: times.length }, (_, i) => i);
  order.sort((a, b) => before[a] - before[b] || a - b);
  for (const { data } of Object.values(columnsOf(series))) {
    const old = data.slice();
    for (let to = 0; to < order.length; to++) data[to] = old[order[to]];
  }
}

function isSorted(times: Float64Array, length: number): boolean {
  for (let i = 1; i < length; i++) if (times[i] < times[i - 1]) return false;
  return true;
}

function columnsOf({ timed, times, stacks, weights, cpu, delay }: Series): Columns {
  const onCpu = cpu && delay && { cpu, delay };
  return { ...(timed && { time: times }), stack: stacks, weight: weights, ...onCpu };
}

function fillTimes({ times, stacks }: Series): void {
  times.reserve(stacks.length);
  times.data.fill(0, times.length, stacks.length);
  times.length = stacks.length;
}

/** Counts the samples from index `first` on, and drops those of other times than `from` up to before `to`. */
function keep(series: Series, first: number, from: number, to: number): void {
  const { timed, times, stacks, weights, cpu, delay } = series;
  let kept = first;
  for (let i = first; i < stacks.length; i++) {
    const time = times.data[i];
    if (timed && !(time >= from && time < to)) continue;
    times.data[kept] = time;
    stacks.data[kept] = stacks.data[i];
    weights.data[kept] = weights.data[i];
    series.totalWeight += weights.data[i];
    if (cpu && delay) {
      cpu.data[kept] = cpu.data[i];
      delay.data[kept] = delay.data[i];
      series.totalCpu += cpu.data[i] || 0;
    }
    kept++;
  }
  times.length = stacks.length = weights.length = kept;
  if (cpu && delay) cpu.length = delay.length = kept;
  series.sampleCount += kept - first;
}

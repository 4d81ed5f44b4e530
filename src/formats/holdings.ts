import { FrameKind, Tier } from '../profile/frames.js';
import { Layer } from '../profile/layers.js';
import type { Profile } from '../profile/profile.js';
import type { Holding } from './format.js';

const HAS: Readonly<Record<Holding, (profile: Profile) => boolean>> = {
  times: ({ series }) => series.some(({ timed, pending }) => timed && pending > 0),
  weights: ({ series }) => series.some(({ pending, weights }) => differ(weights.data, pending)),
  'cpu time': ({ series }) =>
    series.some(
      ({ pending, cpu }) => cpu !== undefined && anyRow(pending, (row) => !Number.isNaN(cpu.data[row])),
    ),
  processes: (profile) => new Set(ownersOf(profile).map(({ process }) => process)).size > 1,
  threads: (profile) => new Set(ownersOf(profile).map(({ thread }) => thread)).size > 1,
  definitions: ({ functions }) => functions.columns.line.data.subarray(0, functions.length).some(Boolean),
  'executing lines': ({ frames }) => frames.columns.line.data.subarray(0, frames.length).some(Boolean),
  tiers: ({ frames }) => anyRow(frames.length, (id) => frames.tier(id) !== Tier.None),
  layers: ({ functions }) =>
    anyRow(functions.length, (id) => ![Layer.Application, Layer.Unknown].includes(functions.layer(id))),
  packages: ({ functions }) => functions.columns.package.data.subarray(0, functions.length).some(Boolean),
  inlining: ({ frames }) =>
    anyRow(frames.length, (id) => frames.inlined(id) && frames.kind(id) === FrameKind.Call),
  operations: ({ operations }) => operations.length > 0,
  quality: ({ quality, threads }) =>
    quality.notes.length > 0 ||
    quality.lostSamples > 0 ||
    anyRow(threads.length, (id) => threads.columns.chargedCpu.data[id] > 0),
};

/** What a recording has, of what a format can hold. Its samples must be in memory. */
export function holdingsOf(profile: Profile): Set<Holding> {
  return new Set((Object.keys(HAS) as Holding[]).filter((holding) => HAS[holding](profile)));
}

function ownersOf({ series, threads }: Profile): { thread: number; process: number }[] {
  return series
    .filter(({ pending }) => pending > 0)
    .map(({ thread }) => ({ thread, process: threads.columns.process.data[thread] }));
}

function differ(values: Float64Array, length: number): boolean {
  for (let i = 1; i < length; i++) if (values[i] !== values[0]) return true;
  return false;
}

function anyRow(length: number, test: (id: number) => boolean): boolean {
  for (let id = 0; id < length; id++) if (test(id)) return true;
  return false;
}

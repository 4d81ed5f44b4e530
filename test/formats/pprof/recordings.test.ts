import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pprof } from '../../../src/formats/pprof/index.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { checkRecording, readBytes, written } from '../check-recording.js';
import { functionWeights } from '../function-weights.js';
import { goRaw, goTop } from './go-pprof.js';

const RECORDINGS = ['go-1.26/cpu', 'go-1.26/heap', 'go-1.26/block', 'datadog-5.20/wall', 'datadog-5.20/heap'];

const pathOf = (name: string) => `pprof/${name}.pb.gz`;
const stored = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures', pathOf(name)));

/** Weight of all samples by event and unit, as go writes them. */
function totals(profile: Profile): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { event, unit, totalWeight } of profile.series) {
    const name = `${event}/${['nanoseconds', 'nanoseconds', 'bytes', 'count'][unit]}`;
    sums.set(name, (sums.get(name) ?? 0) + totalWeight);
  }
  return sums;
}

function goTotals(bytes: Uint8Array): Map<string, number> {
  const { types, samples } = goRaw(bytes);
  return new Map(types.map((type, i) => [type, samples.reduce((sum, { values }) => sum + values[i], 0)]));
}

describe.each(RECORDINGS)('%s', (name) => {
  it('is read as recordings must be', async () => {
    await checkRecording(pathOf(name), pprof);
  });

  it('has the totals and functions that go tool pprof finds, as read and as written again', async () => {
    const bytes = stored(name);
    const profile = await readBytes(pprof, new Uint8Array(gunzipSync(bytes)));
    expect(totals(profile)).toEqual(goTotals(bytes));
    const again = await written(pprof, profile);
    expect(goTotals(again)).toEqual(goTotals(bytes));
    const [{ event, unit }] = profile.series.slice(-1);
    const goUnit = ['nanoseconds', 'nanoseconds', 'bytes', 'count'][unit];
    const ours = functionWeights(profile, event);
    const theirs = goTop(bytes, event, goUnit);
    expect(theirs.size).toBeGreaterThan(2);
    expect(goTop(again, event, goUnit)).toEqual(theirs);
    for (const [func, weights] of theirs) expect([func, ours.get(func)]).toEqual([func, weights]);
  });

  it('is the same when written and read again, and when written once more', async () => {
    const profile = await readBytes(pprof, new Uint8Array(gunzipSync(stored(name))));
    const once = await written(pprof, profile);
    const twice = await written(pprof, await readBytes(pprof, new Uint8Array(gunzipSync(once))));
    expect(goRaw(twice)).toEqual(goRaw(once));
    expect(functionWeights(await readBytes(pprof, new Uint8Array(gunzipSync(twice))), 'cpu')).toEqual(
      functionWeights(profile, 'cpu'),
    );
  });
});

it('tells what it left out', async () => {
  const profile = await readBytes(pprof, new Uint8Array(gunzipSync(stored('go-1.26/cpu'))));
  expect(profile.quality.notes).toEqual([
    {
      code: 'PPROF_LABELS',
      message: 'Labels of samples that a recording has no place for were left out: route, span.',
      cure: '',
    },
  ]);
  expect(profile.series.map(({ event, unit }) => [event, unit])).toEqual([
    ['samples', Unit.Count],
    ['cpu', Unit.CpuNs],
  ]);
  expect(profile.info.frequencyHz).toBe(100);
});

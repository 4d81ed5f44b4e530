import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/profile/errors.js';
import { Unit } from '../../../src/profile/series.js';
import { fixture, readText } from './bytes.js';

describe.each([20, 26])('a .cpuprofile of Node %i that was cut', (node) => {
  const text = fixture(node);
  const whole = JSON.parse(text);

  it('within its times has the samples before, and says so', async () => {
    const at = text.lastIndexOf(',', text.length - 20);
    const profile = await readText(text.slice(0, at));
    const times = JSON.parse(`[${text.slice(text.indexOf('"timeDeltas":[') + 14, at)}]`).length;
    const [series] = profile.series;
    expect(times).toBeGreaterThan(5);
    // The last number may be cut, and how long the last sample lasted is not known.
    expect(series.sampleCount).toBeLessThan(times);
    expect(series.sampleCount).toBeGreaterThan(times - 5);
    expect(profile.quality.notes[0]).toEqual({
      code: 'CPUPROFILE_CUT',
      message: `test ends before its end: ${times - 1} of its ${whole.samples.length} samples have a time, the others were left out.`,
      cure: 'Record it again, or fetch it again.',
    });
  });

  it('within its samples has the counts of its nodes', async () => {
    const profile = await readText(text.slice(0, text.indexOf('"samples":[') + 20));
    const [series] = profile.series;
    const hits = whole.nodes.reduce((sum: number, { hitCount }: { hitCount: number }) => sum + hitCount, 0);
    expect([series.unit, series.timed, series.totalWeight]).toEqual([Unit.Count, false, hits]);
    expect(profile.quality.notes[0].message).toBe(
      'test ends before its end: it tells how often each stack was seen, but not when.',
    );
  });

  it('anywhere is read with a note or refused plainly', async () => {
    for (let cut = 1; cut < text.length - 1; cut += 7) {
      try {
        const { quality } = await readText(text.slice(0, cut));
        expect(quality.notes.map(({ code }) => code)).toContain('CPUPROFILE_CUT');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }
  });
});

it('samples far out of order are sorted, however many lie between', async () => {
  const count = 200_000;
  const nodes = [
    { id: 1, callFrame: { functionName: '(root)' }, children: [2, 3] },
    { id: 2, callFrame: { functionName: 'a' } },
    { id: 3, callFrame: { functionName: 'b' } },
  ];
  // The 150,000th is the earliest, and 10 in the middle run backwards.
  const times = Array.from({ length: count }, (_, i) => 1000 + i * 10);
  times[150_000] = 5;
  for (let i = 0; i < 10; i++) times[70_000 + i] = 1000 + (70_009 - i) * 10;
  const timeDeltas = times.map((time, i) => time - (i === 0 ? 0 : times[i - 1]));
  const samples = times.map((_, i) => (i === 150_000 ? 3 : 2));
  const profile = await readText({ nodes, startTime: 0, endTime: 3_000_000, samples, timeDeltas });
  const [series] = profile.series;
  expect(series.totalWeight).toBe((3_000_000 - 5) * 1000);
  const sorted = times.toSorted((a, b) => a - b);
  expect([...series.times.data.subarray(0, series.pending)]).toEqual(sorted);
  expect(series.weights.data[0]).toBe(995_000);
});

import { expect, it } from 'vitest';
import { perfScript } from '../../../src/formats/perf-script/index.js';
import { checkRecording } from '../check-recording.js';

it.each([
  ['3.19/fibonacci', 62],
  ['6.1/titled-header', 160],
  ['6.1/system-fields', 125],
  ['6.1/flat', 172],
  ['6.1/names-only', 50],
  ['6.1/misc', 60],
  ['6.1/srcline', 30],
])('%s', async (name, samples) => {
  const profile = await checkRecording(`perf-script/${name}.txt.gz`, perfScript);
  expect(profile.series.reduce((sum, { sampleCount }) => sum + sampleCount, 0)).toBe(samples);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { firefox } from '../../../src/formats/firefox/index.js';
import { TIER_NAMES } from '../../../src/profile/frames.js';
import { ROOT } from '../../../src/profile/stacks.js';
import { checkRecording, readBytes } from '../check-recording.js';
import { seriesFunctions } from '../function-weights.js';
import { openedByProfilerCli } from './profiler-cli.js';

const PATH = 'firefox/samply-0.13/shapes.profile.json.gz';
const bytes = new Uint8Array(gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures', PATH))));

it('a recording of samply is read as recordings must be', async () => {
  const profile = await checkRecording(PATH, firefox);
  expect(profile.series.filter(({ pending }) => pending > 0).map(({ totalCpu }) => totalCpu)).toEqual([
    108e6,
  ]);
});

it('it has the weights that the Firefox Profiler finds, of JavaScript by its own names', async () => {
  const profile = await readBytes(firefox, bytes);
  const series = profile.series.find(({ pending }) => pending > 0)!;
  const ours = seriesFunctions(profile, series);
  const thread = (await openedByProfilerCli(bytes)).find(({ functions }) => functions.size > 0)!;
  const interval = 1e9 / profile.info.frequencyHz;
  const samples = [...thread.categories.values()].reduce((sum, each) => sum + each, 0);
  expect(series.totalWeight).toBe(samples * interval);
  for (const [name, place] of [
    ['leaf', '1:14'],
    ['outer', '2:15'],
    ['area', '3:18'],
  ]) {
    // It has a frame of the name and in it one of the code: self time is the latter's.
    const [, total] = thread.functions.get(`${name} /app/shapes.cjs:${place}`)!;
    expect(ours.get(name)![1], name).toBe(total * interval);
  }
  const self = [...thread.functions].filter(([name]) => name.startsWith('JS:') && name.includes('leaf'));
  expect(ours.get('leaf')![0]).toBe(self.reduce((sum, [, [each]]) => sum + each, 0) * interval);
  expect(ours.get('mutex_lock')).toEqual(thread.functions.get('mutex_lock')!.map((each) => each * interval));
});

it('its JavaScript has the tiers that it ran in, and each call is one frame', async () => {
  const { stacks, frames, functions } = await readBytes(firefox, bytes);
  const name = (stack: number) => functions.name(frames.func(stacks.columns.frame.data[stack]));
  const tiers = new Set<string>();
  for (let stack = 1; stack < stacks.length; stack++) {
    if (name(stack) !== 'leaf') continue;
    tiers.add(TIER_NAMES[frames.tier(stacks.columns.frame.data[stack])]);
    const caller = stacks.columns.parent.data[stack];
    expect(caller === ROOT ? '' : name(caller)).not.toBe('leaf');
  }
  expect(tiers).toContain('turbofan');
});

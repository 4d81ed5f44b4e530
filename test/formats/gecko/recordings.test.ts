import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { gecko } from '../../../src/formats/gecko/index.js';
import type { Profile } from '../../../src/profile/profile.js';
import { checkRecording, readBytes } from '../check-recording.js';
import { openedByProfilerCli } from '../firefox/profiler-cli.js';
import { seriesFunctions } from '../function-weights.js';

const PATH = 'firefox/firefox-153/start.gecko.json.gz';
const bytes = new Uint8Array(gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures', PATH))));

it('a start of Firefox is read as recordings must be', async () => {
  const profile = await checkRecording(PATH, gecko);
  expect(profile.processes.length).toBe(4);
  expect(profile.operations.length).toBeGreaterThan(50);
  expect(profile.series.every(({ cpu }) => cpu !== undefined)).toBe(true);
});

/** Milliseconds by process and thread. */
function weights(profile: Profile): Map<string, number> {
  const { threads, processes } = profile;
  const process = threads.columns.process.data;
  return new Map(
    profile.series.map(({ thread, totalWeight }) => [
      `${processes.columns.pid.data[process[thread]]}/${threads.columns.tid.data[thread]} ${threads.name(thread)}`,
      totalWeight / 1e6,
    ]),
  );
}

it('the Firefox Profiler finds the same threads, samples and functions of scripts in it', async () => {
  const profile = await readBytes(gecko, bytes);
  const theirs = await openedByProfilerCli(bytes);
  const interval = 1000 / profile.info.frequencyHz;
  const samples = (thread: (typeof theirs)[number]) =>
    [...thread.categories.values()].reduce((sum, each) => sum + each, 0);
  expect(weights(profile)).toEqual(
    new Map(theirs.map((each) => [`${each.pid}/${each.tid} ${each.name}`, samples(each) * interval])),
  );
  let compared = 0;
  for (const { pid, functions } of theirs) {
    const series = profile.series.find(({ thread }) => {
      const process = profile.threads.columns.process.data[thread];
      return profile.processes.columns.pid.data[process] === Number(pid);
    })!;
    const ours = seriesFunctions(profile, series);
    for (const [name, [self, total]] of functions) {
      // What has an address for a name is one function a library of ours; of urls with `!` the command cuts names.
      if (/^0x|^\(root scope\)|!|^\/|^DOCTYPE/.test(name)) continue;
      const expected = [self * interval * 1e6, total * interval * 1e6];
      expect([name, ours.get(name)]).toEqual([name, expected]);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(100);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { speedscope } from '../../../src/formats/speedscope/index.js';
import { Unit } from '../../../src/profile/series.js';
import { checkRecording, readBytes, written } from '../check-recording.js';
import { stackSums } from '../stack-sums.js';

const NS = { none: 1, nanoseconds: 1, microseconds: 1e3, milliseconds: 1e6, seconds: 1e9 } as const;

interface File {
  shared: { frames: { name: string }[] };
  profiles: {
    unit: keyof typeof NS;
    samples?: number[][];
    weights?: number[];
    events?: { type: 'O' | 'C'; frame: number; at: number }[];
  }[];
}

/** Nanoseconds by stack of names over all profiles of a file, by its text alone. */
function told(text: string): Map<string, number> {
  const { shared, profiles } = JSON.parse(text) as File;
  const sums = new Map<string, number>();
  const add = (frames: number[], ns: number) => {
    if (frames.length === 0 || ns === 0) return;
    const key = frames.map((frame) => plainName(shared.frames[frame].name)).join(';');
    sums.set(key, (sums.get(key) ?? 0) + ns);
  };
  for (const { unit, samples = [], weights = [], events = [] } of profiles) {
    for (const [i, frames] of samples.entries()) add(frames, weights[i] * NS[unit]);
    const open: number[] = [];
    let last = 0;
    for (const { type, frame, at } of events) {
      add(open, (at - last) * NS[unit]);
      if (type === 'O') open.push(frame);
      else open.pop();
      last = at;
    }
  }
  return sums;
}

function plainName(name: string): string {
  return name.replace(/^\(anonymous.*\)$/, '').replace(/^\[unknown\]$/, '');
}

const RECORDINGS = [
  '0.0.1/simple.speedscope.json',
  '0.1.2/simple-sampled.speedscope.json',
  '0.6.0/two-sampled.speedscope.json',
  '1.25.0/node-24.speedscope.json',
  '1.25.0/perf-script.speedscope.json.gz',
];

it.each(RECORDINGS)('%s has every stack and its time, when read and when written again', async (name) => {
  const profile = await checkRecording(`speedscope/${name}`, speedscope);
  const bytes = readFileSync(join(import.meta.dirname, '../../fixtures/speedscope', name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const expected = told(text);
  const sums = stackSums(profile);
  expect([...sums.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [stack, ns] of expected) expect(sums.get(stack), stack).toBeCloseTo(ns, 0);

  const again = stackSums(await readBytes(speedscope, await written(speedscope, profile)));
  expect([...again.keys()]).toEqual([...sums.keys()]);
  for (const [stack, ns] of sums) expect(again.get(stack), stack).toBeCloseTo(ns, 0);
});

it('takes ids of threads from the names that speedscope gives them', async () => {
  const path = join(import.meta.dirname, '../../fixtures/speedscope/1.25.0/perf-script.speedscope.json.gz');
  const { threads, series } = await readBytes(speedscope, gunzipSync(readFileSync(path)));
  expect(threads.columns.tid.data[0]).toBe(22610);
  expect([series[0].unit, series[0].timed]).toEqual([Unit.WallNs, true]);
});

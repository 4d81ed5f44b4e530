import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuprofile } from '../../../src/formats/cpuprofile/index.js';
import { firefox } from '../../../src/formats/firefox/index.js';
import type { Format } from '../../../src/formats/format.js';
import { stackscope } from '../../../src/formats/stackscope.js';
import { FrameKind } from '../../../src/profile/frames.js';
import { LAYER_NAMES, Layer } from '../../../src/profile/layers.js';
import { OperationKind } from '../../../src/profile/operations.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { generatedProfile } from '../../profile/generated-profile.js';
import { readBytes, written } from '../check-recording.js';
import { seriesFunctions } from '../function-weights.js';
import { profileText } from '../profile-text.js';
import { asVersion, type File } from './other-versions.js';
import { openedByProfilerCli } from './profiler-cli.js';

const RECORDINGS: [string, Format][] = [
  ['stackscope/version-1/fib.stackscope', stackscope],
  ['cpuprofile/node-24/shapes.cpuprofile', cpuprofile],
];
const read = (path: string, format: Format) =>
  readBytes(format, new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures', path))), path);
const fib = () => read(...RECORDINGS[0]);

async function writtenFile(profile: Profile): Promise<File> {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await written(firefox, profile)));
}

const bytesOf = (file: File) => new TextEncoder().encode(JSON.stringify(file));

/** Weight by category as the profiler adds it up: milliseconds where it is time. */
function layerWeights(profile: Profile, index: number): Map<string, number> {
  const { stacks, frames, functions } = profile;
  const series = profile.series[index];
  const weights = new Map<string, number>();
  for (let i = 0; i < series.pending; i++) {
    const frame = stacks.columns.frame.data[series.stacks.data[i]];
    const isIdle = frames.kind(frame) === FrameKind.Idle;
    const layer = isIdle ? 'idle' : LAYER_NAMES[functions.layer(frames.func(frame))];
    weights.set(layer, (weights.get(layer) ?? 0) + series.weights.data[i] / 1e6);
  }
  return weights;
}

describe.each(RECORDINGS)('%s', (path, format) => {
  it('has in the Firefox Profiler the threads, totals, layers and functions that it has here', async () => {
    const profile = await read(path, format);
    const opened = await openedByProfilerCli(await written(firefox, profile));
    expect(opened).toHaveLength(profile.series.length);
    for (const [index, series] of profile.series.entries()) {
      const thread = opened[index];
      expect(thread.tid).toBe(String(profile.threads.columns.tid.data[series.thread]));
      const ours = [...seriesFunctions(profile, series)];
      let named = 0;
      for (const [name, [self, total]] of ours) {
        const theirs = thread.functions.get(name);
        if (theirs === undefined) continue;
        named++;
        expect(theirs[0], name).toBeCloseTo(self / 1e6, 6);
        expect(theirs[1], name).toBeCloseTo(total / 1e6, 6);
      }
      expect(named).toBeGreaterThan(ours.length * 0.6);
      for (const [layer, weight] of layerWeights(profile, index)) {
        expect(thread.categories.get(layer), layer).toBeCloseTo(weight, 6);
      }
    }
  });

  it('is the same when read again', async () => {
    const profile = await read(path, format);
    const again = await readBytes(firefox, await written(firefox, profile));
    Object.assign(again.info, { engine: profile.info.engine });
    profile.quality.notes.length = 0;
    expect(profileText(again)).toBe(profileText(profile));
  });
});

describe('other versions', () => {
  it.each([41, 47, 50, 54, 56, 58, 60, 61, 64, 66, 70])('%i is read to the same profile', async (version) => {
    const profile = await fib();
    const file = await writtenFile(profile);
    const expected = profileText(await readBytes(firefox, bytesOf(file)));
    expect(profileText(await readBytes(firefox, bytesOf(asVersion(file, version))))).toBe(expected);
  });

  it.each([50, 58, 70])('%i is read by the Firefox Profiler to the same functions', async (version) => {
    const file = await writtenFile(await fib());
    const [expected] = await openedByProfilerCli(bytesOf(file));
    const [thread] = await openedByProfilerCli(bytesOf(asVersion(file, version)));
    expect([...thread.functions.keys()].sort()).toEqual([...expected.functions.keys()].sort());
    for (const [name, [self, total]] of expected.functions) {
      expect(thread.functions.get(name)![0]).toBeCloseTo(self, 9);
      expect(thread.functions.get(name)![1]).toBeCloseTo(total, 9);
    }
  });
});

describe('operations', () => {
  const withOperations = async () => {
    const profile = await fib();
    const thread = profile.series[0].thread;
    const stack = profile.series[0].stacks.data[3];
    profile.operations.add({
      kind: OperationKind.Http,
      name: 'GET /tips',
      thread,
      start: 1000,
      end: 251_500,
      firstByte: 200_000,
      host: 'example.org',
      port: 443,
      attempts: 2,
      bytesIn: 1234,
      result: '200',
      cause: stack,
    });
    profile.operations.add({ kind: OperationKind.Dns, thread, start: 2000, end: 9000, parent: 0 });
    profile.operations.add({ kind: OperationKind.Timer, name: 'goes on', thread, start: 3000 });
    profile.operations.add({ kind: OperationKind.Fs, name: 'goes on', thread, end: 4000 });
    return profile;
  };

  it('are markers that the Firefox Profiler lists', async () => {
    const [thread] = await openedByProfilerCli(await written(firefox, await withOperations()));
    // It takes the last two for the beginning and the end of one, since they have one name.
    expect(thread.markers).toBe(3);
  });

  it('come back with all that is known of them', async () => {
    const profile = await withOperations();
    const again = await readBytes(firefox, await written(firefox, profile));
    const columns = (from: Profile) =>
      Object.entries(from.operations.columns).map(([name, { data }]) => {
        const values = Array.from(data.subarray(0, from.operations.length), Number);
        const isText = ['name', 'host', 'address', 'result', 'error'].includes(name);
        return [name, isText ? values.map((id) => from.strings.get(id)) : values.map((value) => value)];
      });
    const stacksAreOthers = (entries: unknown[][]) => entries.filter(([name]) => name !== 'cause');
    expect(stacksAreOthers(columns(again))).toEqual(stacksAreOthers(columns(profile)));
    expect(again.stacks.depth(again.operations.columns.cause.data[0])).toBe(
      profile.stacks.depth(profile.operations.columns.cause.data[0]),
    );
  });
});

/** Weight by thread, event and time. */
function weightsOf(profile: Profile): Map<string, number> {
  const { threads, processes } = profile;
  const { process, tid, role } = threads.columns;
  const sums = new Map<string, number>();
  for (const { thread, event, unit, timed, times, weights, pending } of profile.series) {
    const of = process.data[thread];
    const who = [
      processes.columns.pid.data[of],
      processes.command(of),
      tid.data[thread],
      threads.name(thread),
    ];
    for (let i = 0; i < pending; i++) {
      const key = JSON.stringify([...who, role.data[thread], event || 'samples', unit, timed, times.data[i]]);
      sums.set(key, (sums.get(key) ?? 0) + weights.data[i]);
    }
  }
  return sums;
}

it('weights, units, times, events, threads and processes of any profile come back', async () => {
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      const again = await readBytes(firefox, await written(firefox, profile));
      const expected = weightsOf(profile);
      const got = weightsOf(again);
      expect([...got.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, weight] of expected) {
        expect(Math.abs(got.get(key)! - weight), key).toBeLessThanOrEqual(1 + weight * 1e-12);
      }
    }),
    { numRuns: 200 },
  );
});

it('frames of any profile come back with their places, layers, tiers and inlining', async () => {
  const frames = (profile: Profile) => {
    const { stacks } = profile;
    const texts = new Set<string>();
    for (const { stacks: used, pending } of profile.series) {
      for (let i = 0; i < pending; i++) {
        for (let at = used.data[i]; at !== 0; at = stacks.columns.parent.data[at]) {
          texts.add(frameText(profile, stacks.columns.frame.data[at], stacks.columns.parent.data[at] === 0));
        }
      }
    }
    return [...texts].sort();
  };
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      expect(frames(await readBytes(firefox, await written(firefox, profile)))).toEqual(frames(profile));
    }),
    { numRuns: 200 },
  );
});

function frameText(
  { frames, functions, scripts, mappings }: Profile,
  frame: number,
  isRoot: boolean,
): string {
  if (frames.kind(frame) !== 0) return `kind ${frames.kind(frame)}`;
  const func = frames.func(frame);
  const { script, mapping, line, column } = functions.columns;
  const mappingId = mapping.data[func];
  return JSON.stringify([
    functions.name(func),
    scripts.url(script.data[func]).replace(/^file:\/\//, ''),
    line.data[func],
    column.data[func],
    mappings.path(mappingId) || mappings.buildId(mappingId),
    frames.columns.line.data[frame],
    frames.columns.column.data[frame],
    frames.tier(frame),
    LAYER_NAMES[functions.layer(func)],
    !isRoot && frames.inlined(frame),
  ]);
}

it('what has several events has a thread for each, named after it', async () => {
  const profile = await fib();
  profile.addSeries(profile.series[0].thread, 'page-faults', Unit.Count).add(5, 1, 3);
  const { threads } = await writtenFile(profile);
  expect(threads.map(({ name }) => name)).toEqual([
    'node (cpu-clock, cpu)',
    'node (page-faults, count)',
    'node',
  ]);
  const again = await readBytes(firefox, await written(firefox, profile));
  expect(again.threads.length).toBe(2);
  expect(again.series.map(({ event }) => event)).toEqual(['cpu-clock', 'page-faults', 'cpu-clock']);
  expect(again.functions.layer(again.frames.func(0))).toBeLessThanOrEqual(Layer.Unknown);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { validate } from '../../../src/profile/validate.js';
import { plain } from '../plain-profile.js';
import { memorySource, recordingOf } from './memory-file.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/stackscope');

const RECORDINGS = ['version-1/fib.stackscope', 'version-2/bundle.stackscope'];

test('a recording of version 1 is read as it was meant', async () => {
  const bytes = readFileSync(join(FIXTURES, 'version-1/fib.stackscope'));
  const profile = await readRecording(memorySource(bytes), nodeCodec);
  validate(profile);
  const { info, functions, frames, stacks, processes, threads, series } = profile;
  expect(info).toMatchObject({ command: 'node fib.js', engine: 'perf', frequencyHz: 997 });
  const lengths = [functions, frames, stacks, processes, threads, series].map(({ length }) => length);
  expect(lengths).toEqual([414, 420, 883, 1, 7, 2]);
  expect(series.reduce((sum, { sampleCount }) => sum + sampleCount, 0)).toBe(202);
  const names = Array.from({ length: functions.length }, (_, id) => functions.name(id));
  expect(names).toContain('fib');
});

test('a recording of version 2 is read as it was meant', async () => {
  const bytes = readFileSync(join(FIXTURES, 'version-2/bundle.stackscope'));
  const profile = await readRecording(memorySource(bytes), nodeCodec);
  validate(profile);
  const { info, functions, generated, frames, stacks, processes, threads, series } = profile;
  expect(info).toMatchObject({ command: 'node dist/bundle.cjs 700', engine: 'v8', frequencyHz: 997 });
  const lengths = [functions, generated, frames, stacks, processes, threads, series].map(
    ({ length }) => length,
  );
  expect(lengths).toEqual([53, 10, 53, 86, 1, 1, 1]);
  expect(series.map(({ sampleCount, totalWeight }) => [sampleCount, totalWeight])).toEqual([
    [866, 840_736_000],
  ]);
  const [moved] = generated.columns.func.data;
  expect(functions.name(moved)).not.toBe(profile.strings.get(generated.columns.name.data[0]));
});

test.each(RECORDINGS)('%s has nothing of what its version did not know', async (file) => {
  const { series, threads, operations } = await readRecording(
    memorySource(readFileSync(join(FIXTURES, file))),
    nodeCodec,
  );
  expect(series.map(({ cpu, totalCpu }) => [cpu, totalCpu])).toEqual(series.map(() => [undefined, 0]));
  const { length } = threads;
  expect(threads.columns.runDelay.length).toBe(length);
  expect(threads.columns.runDelay.data.slice(0, length).every((delay) => Number.isNaN(delay))).toBe(true);
  expect(operations.length).toBe(0);
});

test.each(RECORDINGS)('%s written again holds the same, and then the bytes stay the same', async (file) => {
  const original = await readRecording(memorySource(readFileSync(join(FIXTURES, file))), nodeCodec);
  const second = await recordingOf(original);
  const read = await readRecording(memorySource(second), nodeCodec);
  expect(plain(read)).toEqual(plain(original));
  expect(await recordingOf(read)).toEqual(second);
});

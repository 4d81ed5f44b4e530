import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { validate } from '../../../src/profile/validate.js';
import { plain } from '../plain-profile.js';
import { memorySource, recordingOf } from './memory-file.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/stackscope');

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

test('written again it holds the same, and then the bytes stay the same', async () => {
  const original = await readRecording(
    memorySource(readFileSync(join(FIXTURES, 'version-1/fib.stackscope'))),
    nodeCodec,
  );
  const second = await recordingOf(original);
  const read = await readRecording(memorySource(second), nodeCodec);
  expect(plain(read)).toEqual(plain(original));
  expect(await recordingOf(read)).toEqual(second);
});

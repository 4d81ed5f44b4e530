import { expect, test } from 'vitest';
import { detectFormat, FORMATS } from '../../src/formats/index.js';
import { Profile } from '../../src/profile/profile.js';
import { recordingOf } from '../profile/file/memory-file.js';

const text = (value: string) => new TextEncoder().encode(value);

test('names and first suffixes are unique', () => {
  expect(new Set(FORMATS.map(({ name }) => name)).size).toBe(FORMATS.length);
  expect(new Set(FORMATS.map(({ extensions }) => extensions[0])).size).toBe(FORMATS.length);
});

test('every format is read or written, and says what it keeps', () => {
  for (const { read, write, detect, keeps, extensions } of FORMATS) {
    expect(read ?? write).toBeDefined();
    expect(read === undefined).toBe(detect === undefined);
    expect(keeps).not.toBe('');
    expect(extensions[0]).toMatch(/^(?:\.[a-z]+)+$/);
  }
});

test.each([
  ['stackscope', () => recordingOf(new Profile())],
  ['perf-data', async () => text('PERFILE2 and more')],
  ['cpuprofile', async () => text('{"nodes":[{"id":1,"callFrame":{"functionName":"(root)"')],
  [
    'speedscope',
    async () => text('{"version":"0.0.1","profiles":[{"type":"evented","name":"a","events":[]}]'),
  ],
])('%s is told by its content', async (name, content) => {
  expect(detectFormat(await content())?.name).toBe(name);
});

test.each(['', 'hello', '{"a":1}', '[]', '\u0000\u0000\u0000\u0000'])('%j is of no format', (content) => {
  expect(detectFormat(text(content))).toBeUndefined();
});

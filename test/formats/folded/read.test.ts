import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded } from '../../../src/formats/folded/index.js';
import { detectFormat } from '../../../src/formats/index.js';
import { Profile } from '../../../src/profile/profile.js';
import { generatedProfile } from '../../profile/generated-profile.js';
import { addSamples, addThread } from '../../profiles.js';
import { readBytes, written } from '../check-recording.js';
import { profileText } from '../profile-text.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readBytes(folded, bytesOf(text));
const write = async (profile: Profile) => new TextDecoder().decode(await written(folded, profile));
/** Everything but the engine. */
const told = async (text: string) =>
  profileText(await read(text))
    .split('\n')
    .slice(3)
    .join('\n');

it('tells processes, our threads, JavaScript, libraries and markers by their labels', async () => {
  const text =
    'node app.js;thread main;(truncated);main;fn /app/a b.js:1:2;[libc.so.6] 3\n' +
    'node app.js;thread libuv;uv_run;(anonymous) node:net:7:8;[kernel];[node];[unknown] 2\n';
  expect(await told(text)).toMatchInlineSnapshot(`
    "0/0 'node app.js' main 'main', samples: 1 samples, 3 count, no times
    0/0 'node app.js' other 'libuv', samples: 1 samples, 2 count, no times

    functions by samples, self and total
    1 1 ? [libc] libc.so.6
    1 1 ? [unknown]
    0 1 <truncated>
    0 1 ? [kernel] [kernel]
    0 1 ? [node-js] node:net:7:8
    0 1 ? [unknown] node
    0 1 fn [application] /app/a b.js:1:2
    0 1 main [unknown]
    0 1 uv_run [libuv]

    stacks by samples, outermost frame first
    1 samples, 4 frames
      <truncated>
      main [unknown]
      fn [application] /app/a b.js:1:2
      ? [libc] libc.so.6
    1 samples, 5 frames
      uv_run [libuv]
      ? [node-js] node:net:7:8
      ? [kernel] [kernel]
      ? [unknown] node
      ? [unknown]
    "
  `);
  expect(await write(await read(text))).toBe(text);
});

it('takes the marks of stackcollapse-perf.pl --all as layers, tiers and inlining', async () => {
  const text =
    'java;do_syscall_64_[k];LazyCompile:*fn /a.js:1_[j];[perf-12.map]_[j];std::swap_[i];try_to_wake_up_[w] 1\n';
  expect((await told(text)).split('outermost frame first\n')[1]).toMatchInlineSnapshot(`
    "1 samples, 5 frames
      do_syscall_64 [kernel] [kernel]
      fn [application] /a.js:1 turbofan
      ? [unknown] [jit]
      std::swap [unknown] inlined
      try_to_wake_up [unknown]
    "
  `);
});

it('keeps the two counts of a difference as two processes', async () => {
  const profile = await read('node;a;b 12 15\nnode;a 3 0\n');
  const { series, threads, processes } = profile;
  const sides = series.map(({ thread, totalWeight }) => [
    processes.command(threads.columns.process.data[thread]),
    totalWeight,
  ]);
  expect(sides).toEqual([
    ['node (before)', 15],
    ['node (after)', 15],
  ]);
  expect(await write(profile)).toBe('node (before);a 3\nnode (before);a;b 12\nnode (after);a;b 15\n');
});

it.each([
  ['CRLF and a byte order mark', '\ufeffa;b 1\r\na;b;c 2\r\n', 'a;b 1\na;b;c 2\n'],
  ['no last line end', 'a;b 1\na;c 2', 'a;b 1\na;c 2\n'],
  [
    'frames with spaces and numbers',
    'a;f(int, char) const;b 3 4x;x 5\n',
    'a;f(int, char) const;b 3 4x;x 5\n',
  ],
  [
    'lines that begin as the one before',
    'a;bc;d 1\na;b;d 2\na;bc 3\na;bc;d;e 4\n',
    'a;bc 3\na;bc;d 1\na;b;d 2\na;bc;d;e 4\n',
  ],
  ['fractions, and counts of ten digits', 'a;b 0.5\na;c 1000000000\n', 'a;b 0.500000\na;c 1000000000\n'],
  ['characters written out', 'a;b\\u000ac;\\u0041 1\n', 'a;b\\u000ac;\\u0041 1\n'],
  [
    'functions at the root',
    '__libc_start_main;main 1\nnode::Start(int);b 2\n',
    '__libc_start_main;main 1\nnode::Start(int);b 2\n',
  ],
])('reads %s', async (_, text, expected) => {
  expect(await write(await read(text))).toBe(expected);
});

it('reads what it writes: the same text again', async () => {
  const profile = new Profile();
  addSamples(
    profile,
    addThread(profile, { tid: 1 }),
    'main;handler@/app/server.js:10:5;Array.push#v8 12\nmain;[idle] 3',
  );
  addSamples(
    profile,
    addThread(profile, { tid: 2, name: 'libuv-worker' }),
    'worker#libuv;read@/lib/libc.so.6#libc 2',
  );
  const text = await write(profile);
  expect(await write(await read(text))).toBe(text);
});

it('counts of any profile are the same when read and written again', async () => {
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      const text = await write(profile);
      fc.pre(total(text) > 0);
      expect(total(await write(await read(text)))).toBeCloseTo(total(text), 3);
    }),
    { numRuns: 60 },
  );
});

function total(text: string): number {
  return text.split('\n').reduce((sum, line) => sum + Number(/ (\S+)$/.exec(line)?.[1] ?? 0), 0);
}

it('keeps a stack of 100,000 frames', async () => {
  const text = `p${';f'.repeat(100_000)} 1\n`;
  expect(await write(await read(text))).toBe(text);
});

describe('what is wrong is said with its line', () => {
  it('lines without a count', async () => {
    const { quality } = await read('a;b 1\nwhat\n<p> 2 x\na;c 2\n');
    expect(quality.notes.map(({ message }) => message)).toEqual([
      "2 lines of the text were not understood and left out, the first is line 2, 'what'.",
    ]);
  });

  it('one count and two', async () => {
    const { quality } = await read('a;b 1\na;b 1 2\n');
    expect(quality.notes.map(({ code }) => code)).toEqual(['FOLDED_MIXED_COUNTS']);
  });

  it.each([
    [
      'no counts',
      'a;b;c\n',
      'test: no line of this folded text is a stack and a count: line 1, \'a;b;c\'; write it again, as in "main;read 12".',
    ],
    [
      'too large a count',
      'a;b 99999999999999999999\n',
      'test: no line of this folded text is a stack and a count: line 1, \'a;b 99999999999999999999\'; write it again, as in "main;read 12".',
    ],
    [
      'a stack without end',
      `a${';f'.repeat(1_048_577)} 1\n`,
      'Line 1: a stack of more than 1048576 frames, which no profiler writes.',
    ],
  ])('%s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

it.each([
  ['a;b 1\n', 'folded'],
  ['# comment\na;b 1\nbad\na 2\n', 'folded'],
  ['a 1\nb 2\n', undefined],
  ['some prose; it has 5\nwords and lines\nthat end otherwise\n', undefined],
])('%j is told as %s', (text, name) => {
  expect(detectFormat(bytesOf(text))?.name).toBe(name);
});

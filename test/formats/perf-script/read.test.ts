import { describe, expect, it } from 'vitest';
import { perfScript } from '../../../src/formats/perf-script/index.js';
import { Layer } from '../../../src/profile/layers.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { readBytes } from '../check-recording.js';
import { profileText } from '../profile-text.js';

const read = (text: string) => readBytes(perfScript, new TextEncoder().encode(text));
const sum = (profile: Profile) => profile.series.reduce((total, { sampleCount }) => total + sampleCount, 0);

/** Stacks, outermost first, as `profileText` tells them. */
async function stacksOf(text: string): Promise<string> {
  return profileText(await read(text)).split('outermost frame first\n')[1];
}

const ROOT = '\t    2724a __libc_start_call_main+0x7a (/usr/lib/libc.so.6)\n\n';

it('names what was inlined by the binary of the function around it, which stands behind it', async () => {
  const text = `a 1/1 1.000000: cycles: \n\t 12 leaf (inlined)\n\t 12 middle (inlined)\n\t 12 outer+0x2 (/usr/lib/libuv.so.1)\n${ROOT}`;
  expect(await stacksOf(text)).toBe(
    `1 samples, 4 frames\n  __libc_start_call_main [libc] /usr/lib/libc.so.6\n  outer [libuv] /usr/lib/libuv.so.1\n` +
      '  middle [libuv] /usr/lib/libuv.so.1 inlined\n  leaf [libuv] /usr/lib/libuv.so.1 inlined\n',
  );
});

it('tells layers, tiers and places by binary and symbol', async () => {
  const frames = [
    '\tffffffff812 vfs_read+0x1 ([kernel.kallsyms])',
    '\tffffffffc01 ext4_read ([ext4])',
    '\t 1 read (/usr/lib/libc.so.6)',
    '\t 2 uv__read (/usr/bin/node)',
    '\t 3 node::StreamBase::Read() (/usr/bin/node)',
    '\t 4 Builtins_Foo (/usr/bin/node)',
    '\t 5 JS:*onRead /app/node_modules/@a/b/c.js:1:2 (/tmp/perf-1.map)',
    '\t 6 JS:~main file:///app/x.mjs:3:4 ([anon:v8])',
    '\t 7 LazyCompile:^emit events.js:56 (jitted-1-2.so)',
    '\t 8 [unknown] (/tmp/perf-1.map)',
    '\t 9 addon_call (/app/build/x.node)',
    '\t a [unknown] ([vdso])',
  ];
  expect(await stacksOf(`a 1/1 1.000000: cycles: \n${frames.join('\n')}\n${ROOT}`)).toMatchInlineSnapshot(`
    "1 samples, 13 frames
      __libc_start_call_main [libc] /usr/lib/libc.so.6
      ? [libc] [vdso] 0xa
      addon_call [addon] /app/build/x.node
      ? [unknown] [jit] 0x8
      emit [node-js] events.js:56 baseline
      main [application] /app/x.mjs:3:4 interpreted
      onRead [dependency @a/b] /app/node_modules/@a/b/c.js:1:2 turbofan
      Builtins_Foo [v8] /usr/bin/node
      node::StreamBase::Read() [node] /usr/bin/node
      uv__read [libuv] /usr/bin/node
      read [libc] /usr/lib/libc.so.6
      ext4_read [kernel] [ext4]
      vfs_read [kernel] [kernel]
    "
  `);
});

it('weighs clocks in nanoseconds and all else in counts, and leaves gaps as gaps', async () => {
  const profile = await read(
    `a 1/1 1.000000: 1001001 cpu-clock:u: \n\t1 f (/x)\n${ROOT}a 1/1 9.500000: 1001001 cpu-clock:u: \n\t1 f (/x)\n${ROOT}` +
      `a 1/1 9.500001: 7 cycles: \n\t1 f (/x)\n${ROOT}`,
  );
  const told = profile.series.map(({ event, unit, totalWeight, times, pending }) => [
    event,
    unit,
    totalWeight,
    [...times.data.subarray(0, pending)],
  ]);
  expect(told).toEqual([
    ['cpu-clock:u', Unit.CpuNs, 2_002_002, [0, 8_500_000]],
    ['cycles', Unit.Count, 7, [8_500_001]],
  ]);
});

it('puts samples in the order of time', async () => {
  const sample = (time: string) => `a 1/1 ${time}: cycles: \n\t1 f (/x)\n${ROOT}`;
  const { series } = await read(sample('3.000000') + sample('1.000000') + sample('2.000000'));
  expect([...series[0].times.data.subarray(0, 3)]).toEqual([-2_000_000, -1_000_000, 0]);
});

it('tolerates records that are no samples, branches, registers and source lines', async () => {
  const profile = await read(
    `a 1/1 1.000000: PERF_RECORD_COMM exec: a:1/1\na 1/1 1.000000: PERF_RECORD_LOST lost 25\n` +
      `a 1/1 1.000000: cycles: \n\t1 f+0x1 (/x)\n  a.c:12\n${ROOT.slice(0, -1)}  start.c:1\n` +
      ' 0x4b5/0x4b6/P/-/-/3  0x1/0x2/M/-/-/0 \n ABI:2    AX:0x1\n\n',
  );
  expect([sum(profile), profile.quality.lostSamples, profile.quality.notes]).toEqual([1, 25, []]);
});

it.each(['\r\n', '\n'])(
  'reads lines that end in %j, mixed or not, with and without a byte order mark',
  async (end) => {
    const text = `a 1/1 1.000000: cycles: \n\t1 f (/x)\n${ROOT}`;
    const plain = profileText(await read(text.repeat(3)));
    const mixed = text.replaceAll('\n', end) + text + text.replaceAll('\n', end);
    expect(profileText(await read(`\ufeff${mixed}`))).toBe(plain);
  },
);

it('keeps a stack of 20,000 frames', async () => {
  const profile = await read(`a 1/1 1.000000: cycles: \n${'\t     12 f (/x)\n'.repeat(20_000)}${ROOT}`);
  expect(profile.stacks.depth(profile.series[0].stacks.data[0])).toBe(20_001);
});

describe('what is wrong with a text is said with its line', () => {
  const whole = `a 1/1 1.000000: cycles: \n\t1 f (/x)\n${ROOT}`;
  const noteOf = async (text: string) => (await read(text)).quality.notes.map(({ message }) => message);

  it('garbage between samples', async () => {
    expect(await noteOf(`${whole}<html>oops</html>\n${whole}`)).toEqual([
      "A line of the text was not understood and left out, the first is line 5, '<html>oops</html>'.",
    ]);
  });

  it('a text that ends within a line', async () => {
    expect(await noteOf(whole + whole.slice(0, 32))).toEqual([
      'The text ends within a stack, at line 6: 1 samples before it were kept.',
    ]);
  });

  it('a text that ends behind a frame', async () => {
    const text = `${whole}a 1/1 1.000000: cycles: \n\t1 f (/x)\n`;
    expect(await noteOf(text)).toEqual([
      'The text ends at line 6 without the empty line behind a stack: the last one may lack callers.',
    ]);
  });

  it.each([
    [
      'no sample',
      'a 1/1 1.000000: PERF_RECORD_COMM: x\nwhat is this\n',
      "test: no sample of perf script is whole in this text; the first line that is not understood is line 2, 'what is this'; print it again with perf script.",
    ],
    [
      'a line without end',
      `${whole}${'x'.repeat(1_100_000)}`,
      'test has a line of more than 1048576 bytes, which no profiler writes: look at what wrote it.',
    ],
    [
      'a stack without end',
      `a 1/1 1.000000: cycles: \n${'\t              12 f (/x)\n'.repeat(1_048_577)}`,
      'Line 1048578: a stack of more than 1048576 frames, which no profiler writes.',
    ],
  ])('%s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

it('gives one frame to one function, wherever in it and however it is written', async () => {
  const { frames, functions } = await read(
    `a 1/1 1.000000: cycles: \n\t1 f+0x1 (/x)\n\t2 f+0x2 (/x)\n\t3 f@@GLIBC_2.3 (/x)\n${ROOT}`,
  );
  const names = Array.from({ length: frames.length }, (_, id) => functions.name(frames.func(id)));
  expect(names.filter((name) => name === 'f')).toHaveLength(1);
  expect(functions.layer(frames.func(names.indexOf('f')))).toBe(Layer.System);
});

import { describe, expect, it } from 'vitest';
import { dtrace } from '../../../src/formats/dtrace/index.js';
import { readBytes } from '../check-recording.js';
import { profileText } from '../profile-text.js';

const read = (text: string) => readBytes(dtrace, new TextEncoder().encode(text));
const STACK =
  '              libc.so.1`__read+0x15\n              node`uv__read+0x1\n              node`main+0x7\n';

/** Built from the manual: the recordings of others have no aggregation. */
it('reads aggregations by stack, by program and stack, and of the kernel', async () => {
  const text = `\n${STACK}               12\n\n  node                                              \n${STACK}                3\n\n  sh\n              genunix\`read+0x1\n              0x7fff5fc01000\n                1\n`;
  expect(
    profileText(await read(text))
      .split('\n\n')
      .slice(1)
      .join('\n\n'),
  ).toMatchInlineSnapshot(`
    "0/0 '' main '', count: 1 samples, 12 count, no times
    0/0 'node' main '', count: 1 samples, 3 count, no times
    0/0 'sh' other '', count: 1 samples, 1 count, no times

    functions by samples, self and total
    2 2 __read [libc] libc.so.1
    1 1 read [kernel] [kernel]
    0 2 main [node] node
    0 2 uv__read [libuv] node
    0 1 <broken>
    0 1 ? [unknown]

    stacks by samples, outermost frame first
    2 samples, 3 frames
      main [node] node
      uv__read [libuv] node
      __read [libc] libc.so.1
    1 samples, 3 frames
      <broken>
      ? [unknown] 0x7fff5fc01000
      read [kernel] [kernel]
    "
  `);
});

it.each([
  ['profile-1ms', 1e6, 1000],
  ['profile-97', 10_309_278, 97],
  ['profile-500us', 5e5, 2000],
])('weighs a sample of %s by its interval', async (probe, weight, hertz) => {
  const { series, info } = await read(`node 12 5000: ${probe}:\n${STACK}\n`);
  expect(series[0].totalWeight).toBe(weight);
  expect(info.frequencyHz).toBeCloseTo(hertz, 0);
});

it('leaves gaps between samples as gaps', async () => {
  const { series } = await read(
    `node 12 5000: profile-1ms:\n${STACK}\nnode 12 9000: profile-1ms:\n${STACK}\n`,
  );
  expect([...series[0].times.data.subarray(0, 2)]).toEqual([0, 4_000_000]);
  expect(series[0].totalWeight).toBe(2e6);
});

describe('what is wrong is said', () => {
  it('a text that ends within a stack', async () => {
    const text = `node 12 5000: profile-1ms:\n${STACK}\n${STACK.slice(0, 60)}`;
    expect((await read(text)).quality.notes.map(({ message }) => message)).toEqual([
      'The text ends within a stack, at line 7: 1 samples before it were kept.',
    ]);
  });

  it('garbage', async () => {
    const text = `${STACK}  12\n<html>\n`;
    expect((await read(text)).quality.notes.map(({ message }) => message)).toEqual([
      "A line of the text was not understood and left out, the first is line 5, '<html>'.",
    ]);
  });

  it('no stack', async () => {
    await expect(read('CPU     ID                    FUNCTION:NAME\n')).rejects.toThrow(
      'test: no stack of DTrace is in this text; print them with ustack(), as profile_1ms.d does.',
    );
  });
});

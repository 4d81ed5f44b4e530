import { describe, expect, it } from 'vitest';
import { bpftrace } from '../../../src/formats/bpftrace/index.js';
import { readBytes } from '../check-recording.js';
import { profileText } from '../profile-text.js';

const read = (text: string) => readBytes(bpftrace, new TextEncoder().encode(text));

it('reads a map by kernel stack, user stack and name as one stack', async () => {
  const text =
    'Attaching 1 probe...\n\n\n@[\n    vfs_read+1\n    ksys_read+22\n, \n    __read+15\n    0x7f0000001234\n    main+7\n, node]: 5\n@n: 3\n@by_cpu[0]: 7\n';
  expect(
    profileText(await read(text))
      .split('\n\n')
      .slice(1)
      .join('\n\n'),
  ).toMatchInlineSnapshot(`
    "0/0 'node' main '', @: 1 samples, 5 count, no times

    functions by samples, self and total
    1 1 vfs_read [unknown]
    0 1 ? [unknown]
    0 1 __read [unknown]
    0 1 ksys_read [unknown]
    0 1 main [unknown]

    stacks by samples, outermost frame first
    1 samples, 5 frames
      main [unknown]
      ? [unknown] 0x7f0000001234
      __read [unknown]
      ksys_read [unknown]
      vfs_read [unknown]
    "
  `);
});

it('reads stacks that were printed without a heading', async () => {
  const text =
    'Attaching 1 probe...\n\n        read+1\n        main+7\n\n\n        write+1\n        main+7\n\n';
  const { series } = await read(text);
  expect(series[0].sampleCount).toBe(2);
});

it('leaves out histograms by stack and counts lost events', async () => {
  const { series, quality } = await read(
    'Lost 12 events\n@[\n    read+1\n]: \n[0, 1)   3 |@@@|\n\n@[\n    main+1\n]: 4\n',
  );
  expect([series.length, series[0].totalWeight, quality.lostSamples]).toEqual([1, 4, 12]);
});

describe('what is wrong is said', () => {
  it.each([
    ['within an entry', '@[\n    main+1\n]: 4\n@[\n    mai', 5],
    ['within a stack', '@[\n    main+1\n]: 4\nnode 1 123456789\n\n        re', 6],
  ])('a text that ends %s', async (_, text, line) => {
    expect((await read(text)).quality.notes.map(({ message }) => message)).toEqual([
      `The text ends within a stack, at line ${line}: 1 samples before it were kept.`,
    ]);
  });

  it('no stack', async () => {
    await expect(read('Attaching 1 probe...\n@n: 3\n')).rejects.toThrow(
      'test: no stack is in this output of bpftrace; count them with @[ustack] = count().',
    );
  });
});

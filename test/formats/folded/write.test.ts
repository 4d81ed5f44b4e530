import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folded } from '../../../src/formats/folded/index.js';
import { CALL_FRAME, FrameKind } from '../../../src/profile/frames.js';
import { Layer } from '../../../src/profile/layers.js';
import { NO_PROCESS } from '../../../src/profile/processes.js';
import { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { ROOT } from '../../../src/profile/stacks.js';
import { ThreadRole } from '../../../src/profile/threads.js';
import { generatedProfile } from '../../profile/generated-profile.js';

async function textOf(profile: Profile): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of folded.write?.(profile) ?? []) text += decoder.decode(piece);
  return text;
}

/** As flamegraph.pl and speedscope parse it: a line is a stack, a space and a count. */
function parse(text: string): { frames: string[]; count: number }[] {
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [, stack, count] =
        /^(.*) (\d+(?:\.\d+)?)$/.exec(line) ?? expect.fail(`not a folded line: ${line}`);
      return { frames: stack.split(';'), count: Number(count) };
    });
}

function profileOf(command: string): {
  profile: Profile;
  call: (name: string, url?: string, line?: number) => number;
} {
  const profile = new Profile();
  profile.processes.add({ pid: 1, parent: NO_PROCESS, start: 0, command });
  profile.threads.add(0, 1, 'node', 0);
  profile.addSeries(0, 'cpu-clock', Unit.CpuNs);
  const call = (name: string, url?: string, line = 0) => {
    const script = url === undefined ? 0 : profile.scripts.intern(url);
    const func = profile.functions.intern(
      { name, script, mapping: 0, line, column: line },
      Layer.Application,
      '',
    );
    return profile.frames.intern({ ...CALL_FRAME, func });
  };
  return { profile, call };
}

test('one line a stack, root first, with the number of its samples', async () => {
  const { profile, call } = profileOf('node server.js');
  const main = profile.stacks.intern(ROOT, call('main', '/app/server.js', 3));
  const read = profile.stacks.intern(main, call('read'));
  for (const stack of [read, main, read]) profile.series[0].add(0, stack, 1_003_009);
  expect(await textOf(profile)).toBe(
    'node server.js;main /app/server.js:3:3 1\nnode server.js;main /app/server.js:3:3;read 2\n',
  );
});

test('stacks that differ only in what it does not tell are one line', async () => {
  const { profile, call } = profileOf('node');
  const frame = call('main', '/app/server.js', 3);
  const func = profile.frames.func(frame);
  for (const line of [4, 5]) {
    const stack = profile.stacks.intern(ROOT, profile.frames.intern({ ...CALL_FRAME, func, line }));
    profile.series[0].add(line, stack, 1);
  }
  expect(await textOf(profile)).toBe('node;main /app/server.js:3:3 2\n');
});

test('threads are told apart only in a process that has several', async () => {
  const { profile } = profileOf('node');
  profile.series[0].add(0, ROOT, 1);
  expect(await textOf(profile)).toBe('node 1\n');
  profile.threads.columns.role.data[0] = ThreadRole.Main;
  profile.addSeries(profile.threads.add(0, 2, 'libuv', 0), 'cpu-clock', Unit.CpuNs).add(0, ROOT, 1);
  expect(await textOf(profile)).toBe('node;thread main 1\nnode;thread libuv 1\n');
});

test('what is no function has a name of its own', async () => {
  const { profile, call } = profileOf('');
  const kinds = [FrameKind.Async, FrameKind.Truncated, FrameKind.Broken, FrameKind.Idle];
  for (const kind of kinds) {
    const frame = profile.frames.intern({ ...CALL_FRAME, func: profile.frames.func(call('')), kind });
    profile.series[0].add(0, profile.stacks.intern(ROOT, frame), 1);
  }
  profile.series[0].add(0, profile.stacks.intern(ROOT, call('')), 1);
  profile.series[0].add(0, profile.stacks.intern(ROOT, call('', 'node:net', 7)), 1);
  const labels = ['(async)', '(truncated)', '(broken)', '(idle)', '[unknown]', '(anonymous) node:net:7:7'];
  expect(parse(await textOf(profile)).map(({ frames }) => frames)).toEqual(
    labels.map((label) => ['[unknown]', label]),
  );
});

test.each([
  ['/usr/lib/libc.so.6', '[libc.so.6]'],
  ['[kernel]', '[kernel]'],
  ['', '[unknown]'],
])('native code of %j without a name is %s', async (path, label) => {
  const { profile } = profileOf('node');
  const mapping = profile.mappings.intern(path, '');
  const key = { name: '', script: 0, mapping, line: 0, column: 0 };
  const func = profile.functions.intern(key, Layer.Unknown, '');
  const stack = profile.stacks.intern(ROOT, profile.frames.intern({ ...CALL_FRAME, func }));
  profile.series[0].add(0, stack, 1);
  expect(await textOf(profile)).toBe(`node;${label} 1\n`);
});

const HOSTILE = [
  'a;b',
  'line\nend',
  'carriage\r',
  'tab\t',
  '\u001b[31m',
  'next\u0085',
  'two\u2028lines',
  'ends in 5',
  ' ',
  '#',
];

test.each(HOSTILE)('the name %j stays one frame', async (name) => {
  const { profile, call } = profileOf(name);
  profile.series[0].add(0, profile.stacks.intern(profile.stacks.intern(ROOT, call(name)), call('leaf')), 1);
  const text = await textOf(profile);
  const [{ frames, count }] = parse(text);
  expect(frames).toHaveLength(3);
  expect(frames[2]).toBe('leaf');
  expect(count).toBe(1);
  expect(text).not.toMatch(/^#|[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
});

test('a stack of 100,000 frames is one line', async () => {
  const { profile, call } = profileOf('node');
  const frame = call('f');
  let stack = ROOT;
  for (let depth = 0; depth < 100_000; depth++) stack = profile.stacks.intern(stack, frame);
  profile.series[0].add(0, stack, 1);
  expect(parse(await textOf(profile))[0].frames).toHaveLength(100_001);
});

test('the counts of any profile sum to its samples', async () => {
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      const lines = parse(await textOf(profile));
      // Without times, a sample of a count stands for as many as it weighs.
      const samples = profile.series.reduce(
        (sum, { sampleCount, totalWeight, timed, unit }) =>
          sum + (unit === Unit.Count && !timed ? totalWeight : sampleCount),
        0,
      );
      expect(lines.reduce((sum, { count }) => sum + count, 0) / samples || 1).toBeCloseTo(1, 9);
      expect(new Set(lines.map(({ frames }) => frames.join(';'))).size).toBe(lines.length);
    }),
  );
});

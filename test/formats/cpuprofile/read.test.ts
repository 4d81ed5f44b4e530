import { describe, expect, it } from 'vitest';
import { cpuprofile } from '../../../src/formats/cpuprofile/index.js';
import { UserError } from '../../../src/profile/errors.js';
import { FrameKind } from '../../../src/profile/frames.js';
import { LAYER_NAMES, Layer } from '../../../src/profile/layers.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { type File, fixture, readText, stackTimes } from './bytes.js';

const NODES = [20, 22, 24, 26];

/** Microseconds by stack of names, outermost first. */
function timesOf(profile: Profile): Map<string, number> {
  const { stacks, frames, functions } = profile;
  const sums = new Map<string, number>();
  const [series] = profile.series;
  for (let i = 0; i < series.pending; i++) {
    const names: string[] = [];
    for (let at = series.stacks.data[i]; at !== 0; at = stacks.columns.parent.data[at]) {
      names.push(functions.name(frames.func(stacks.columns.frame.data[at])));
    }
    const name = names.reverse().join(';');
    sums.set(name, (sums.get(name) ?? 0) + series.weights.data[i] / 1000);
  }
  return sums;
}

function layersByName(profile: Profile): Record<string, string> {
  const { functions } = profile;
  return Object.fromEntries(
    Array.from({ length: functions.length }, (_, id) => [
      functions.name(id),
      LAYER_NAMES[functions.layer(id)],
    ]),
  );
}

describe.each(NODES)('a profile of Node %i', (node) => {
  it('is known by its content', () => {
    expect(cpuprofile.detect!(new TextEncoder().encode(fixture(node)))).toBe(true);
  });

  it('keeps every stack and its time, but for the start of the profiler', async () => {
    const file = JSON.parse(fixture(node)) as File;
    const profile = await readText(fixture(node));
    const expected = stackTimes(file);
    const got = timesOf(profile);
    for (const [stack, us] of expected) expect(got.get(stack) ?? 0, stack).toBeCloseTo(us, 6);
    expect(profile.series[0].totalWeight / 1000).toBeCloseTo(
      file.endTime - file.startTime - file.timeDeltas[0],
      6,
    );
    expect(profile.series[0].unit).toBe(Unit.WallNs);
  });

  it('says where functions are and to whom they belong', async () => {
    const profile = await readText(fixture(node));
    const { functions, scripts } = profile;
    const outer = Array.from({ length: functions.length }, (_, id) => id).find(
      (id) => functions.name(id) === 'outer',
    )!;
    expect(scripts.url(functions.columns.script.data[outer])).toBe('/app/shapes.cjs');
    expect([functions.columns.line.data[outer], functions.columns.column.data[outer]]).toEqual([2, 15]);
    expect(layersByName(profile)).toMatchObject({
      leaf: 'application',
      '(program)': 'unknown',
      listOnTimeout: 'node-js',
    });
  });
});

it('reads a profile of a page in Chrome', async () => {
  const text = fixture('chrome-156');
  expect(cpuprofile.detect!(new TextEncoder().encode(text))).toBe(true);
  const profile = await readText(text);
  const file = JSON.parse(text) as File;
  for (const [stack, us] of stackTimes(file))
    expect(timesOf(profile).get(stack) ?? 0, stack).toBeCloseTo(us, 6);
  expect(layersByName(profile)).toMatchObject({ leaf: 'application', evaled: 'application' });
  expect(profile.scripts.url(1)).toBe('http://127.0.0.1:8765/shapes.js');
});

const frame = (functionName: string, more = {}) => ({
  functionName,
  scriptId: '7',
  url: 'file:///app/a%20b.js',
  lineNumber: 3,
  columnNumber: 4,
  ...more,
});
const special = (functionName: string) =>
  frame(functionName, { scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 });

const small = () => ({
  nodes: [
    { id: 1, callFrame: special('(root)'), hitCount: 0, children: [2, 3] },
    { id: 2, callFrame: frame('a'), hitCount: 2, children: [4] },
    { id: 3, callFrame: special('(idle)'), hitCount: 1 },
    { id: 4, callFrame: frame('b', { lineNumber: 9 }), hitCount: 5 },
  ] as Record<string, unknown>[],
  startTime: 1000,
  endTime: 1100,
  samples: [2, 4, 3, 2] as unknown[],
  timeDeltas: [0, 10, 20, 30] as unknown[],
});

describe('other forms', () => {
  it('reads nodes that name their parent, in any order', async () => {
    const { nodes, ...rest } = small();
    const parents: Record<number, number> = { 2: 1, 3: 1, 4: 2 };
    const flat = nodes.map(({ children: _, ...node }) => ({
      ...node,
      parent: parents[node['id'] as number],
    }));
    expect(timesOf(await readText({ ...rest, nodes: flat.reverse() }))).toEqual(
      timesOf(await readText(small())),
    );
  });

  it('reads hit counts without samples as counts', async () => {
    const { samples: _, timeDeltas: __, ...rest } = small();
    const [series] = (await readText(rest)).series;
    expect([series.unit, series.timed, series.totalWeight]).toEqual([Unit.Count, false, 8]);
  });

  it('puts samples that V8 wrote out of order into order', async () => {
    const file = { ...small(), timeDeltas: [0, 30, -20, 60] };
    const [series] = (await readText(file)).series;
    expect([...series.times.data.slice(0, 4)]).toEqual([0, 10, 30, 70]);
    expect(series.totalWeight).toBe(100_000);
  });

  it('marks idle time, and stacks that V8 cut', async () => {
    const depth = 255;
    const nodes = Array.from({ length: depth + 1 }, (_, i) => ({
      id: i + 1,
      callFrame: i === 0 ? special('(root)') : frame(`f${i}`),
      hitCount: 0,
      children: i < depth ? [i + 2] : [],
    }));
    const profile = await readText({ ...small(), nodes, samples: [depth, depth + 1], timeDeltas: [0, 1] });
    const kinds = [0, 1].map((i) => {
      let at = profile.series[0].stacks.data[i];
      while (profile.stacks.columns.parent.data[at] !== 0) at = profile.stacks.columns.parent.data[at];
      return profile.frames.kind(profile.stacks.columns.frame.data[at]);
    });
    expect(kinds).toEqual([FrameKind.Call, FrameKind.Truncated]);
    const idle = await readText(small());
    expect(idle.frames.kind(idle.stacks.columns.frame.data[idle.series[0].stacks.data[2]])).toBe(
      FrameKind.Idle,
    );
  });

  it('keeps scripts of one url apart, and takes builtins for V8', async () => {
    const file = small();
    file.nodes[3]['callFrame'] = frame('b', { scriptId: '8' });
    file.nodes.push({ id: 5, callFrame: special('sort'), hitCount: 0 });
    file.nodes[1]['children'] = [4, 5];
    file.samples = [2, 4, 5, 2];
    const profile = await readText(file);
    const scripts = new Set(profile.functions.columns.script.data.slice(0, profile.functions.length));
    expect(scripts.size).toBe(3);
    expect(profile.scripts.url(1)).toBe('/app/a b.js');
    expect(layersByName(profile)['sort']).toBe(LAYER_NAMES[Layer.V8]);
  });
});

describe('what is wrong is said', () => {
  const cases: [string, (file: ReturnType<typeof small>) => unknown, RegExp][] = [
    [
      'cut within its nodes',
      () => '{"nodes":[',
      /test: this \.cpuprofile cannot be read: it ends before the last of its nodes; record it again\.$/,
    ],
    [
      'no JSON',
      () => '{"nodes":[}',
      /read: byte 10: '}' is not what JSON has after the beginning of a list;/,
    ],
    ['no object', () => '[]', /read: byte 0: the file is a list, which is not expected there;/],
    ['neither nodes nor a head', () => '{"samples":[]}', /it has neither nodes nor a head/],
    ['no nodes', (file) => ({ ...file, nodes: [] }), /nodes is empty/],
    [
      'an id twice',
      (file) => {
        file.nodes[3]['id'] = 2;
      },
      /nodes\[3\]\.id 2 was given to another node/,
    ],
    [
      'a cycle',
      (file) => {
        file.nodes[3]['children'] = [2];
      },
      /nodes\[1\] has another caller already/,
    ],
    [
      'own parent',
      (file) => {
        file.nodes[0]['parent'] = 4;
      },
      /is its own caller/,
    ],
    [
      'a missing child',
      (file) => {
        file.nodes[1]['children'] = [9];
      },
      /nodes\[1\]\.children\[0\] names node 9/,
    ],
    [
      'a missing sample',
      (file) => {
        file.samples[1] = 9;
      },
      /samples\[1\] names node 9/,
    ],
    [
      'too few deltas',
      (file) => {
        file.timeDeltas.pop();
      },
      /timeDeltas has 3 entries for 4 samples/,
    ],
    [
      'time before 0',
      (file) => {
        file.timeDeltas[1] = -5000;
      },
      /timeDeltas\[1\] is -5000/,
    ],
    [
      'a text as delta',
      (file) => {
        file.timeDeltas[1] = '5';
      },
      /timeDeltas\[1\] is a text/,
    ],
    [
      'an absurd delta',
      (file) => {
        file.timeDeltas[1] = 1e300;
      },
      /timeDeltas\[1\] is 1e\+300/,
    ],
    [
      'a negative count',
      (file) => {
        file.nodes[1]['hitCount'] = -1;
      },
      /nodes\[1\]\.hitCount is -1/,
    ],
    [
      'no call frame',
      (file) => {
        delete file.nodes[1]['callFrame'];
      },
      /nodes\[1\]\.callFrame is undefined/,
    ],
    [
      'an absurd line',
      (file) => {
        file.nodes[1]['callFrame'] = frame('a', { lineNumber: 1e12 });
      },
      /lineNumber is 1000000000000/,
    ],
  ];

  it.each(cases)('%s', async (_, change, message) => {
    const file = small();
    const error = await readText((change(file) as object | string | undefined) ?? file).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
  });
});

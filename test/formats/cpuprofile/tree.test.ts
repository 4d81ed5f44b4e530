import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cpuprofile } from '../../../src/formats/cpuprofile/index.js';
import { LAYER_NAMES } from '../../../src/profile/layers.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { profileOf } from '../../profiles.js';
import { readText, writeText } from './bytes.js';

interface TreeNode {
  functionName: string;
  lineNumber: number | string;
  url: string;
  scriptId: number;
  id: number;
  hitCount: number;
  children: TreeNode[];
}

interface TreeFile {
  head: TreeNode;
  startTime: number;
  endTime: number;
  samples: number[];
  timestamps?: number[];
}

function recording(name: string): string {
  const path = join(import.meta.dirname, `../../fixtures/cpuprofile/${name}.cpuprofile.gz`);
  return gunzipSync(readFileSync(path)).toString();
}

/** A name as cpuprofilify's own code took it from V8's log, without the marks of that. */
function plainName({ functionName, url }: TreeNode): string {
  const name = functionName.trim();
  if (name === '[unknown]') return '';
  if (!/^[~*]/.test(name)) return name;
  return url === '' ? '' : name.replace(/^[~*]+/, '').replace(/ native$/, '');
}

/** Hits by stack of names, outermost first. */
function hitsOf({ head }: TreeFile): Map<string, number> {
  const hits = new Map<string, number>();
  const todo = [{ node: head, path: [] as string[] }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node, path } = next;
    if (node.hitCount > 0) hits.set(path.join(';'), (hits.get(path.join(';')) ?? 0) + node.hitCount);
    for (const child of node.children) {
      todo.push({ node: child, path: [...path, plainName(child)] });
    }
  }
  return hits;
}

function weightsOf(profile: Profile): Map<string, number> {
  const { stacks, frames, functions } = profile;
  const sums = new Map<string, number>();
  const [series] = profile.series;
  for (let i = 0; i < series.pending; i++) {
    const names: string[] = [];
    for (let at = series.stacks.data[i]; at !== 0; at = stacks.columns.parent.data[at]) {
      names.unshift(functions.name(frames.func(stacks.columns.frame.data[at])));
    }
    const name = names.join(';');
    sums.set(name, (sums.get(name) ?? 0) + series.weights.data[i]);
  }
  return sums;
}

const RECORDINGS = [
  'v8-profiler/fibonacci',
  'cpuprofilify/external-request',
  'cpuprofilify/dtrace',
  'cpuprofilify/perf-script',
];

describe.each(RECORDINGS)('the tree %s', (name) => {
  const text = recording(name);

  it('is known by its content', () => {
    expect(cpuprofile.detect!(new TextEncoder().encode(text.slice(0, 65_536)))).toBe(true);
  });

  it('has every stack as often as it was hit, and no time that nobody told', async () => {
    const profile = await readText(text);
    const [series] = profile.series;
    expect([series.unit, series.timed]).toEqual([Unit.Count, false]);
    const hits = hitsOf(JSON.parse(text) as TreeFile);
    expect(hits.size).toBeGreaterThan(3);
    expect(weightsOf(profile)).toEqual(hits);
  });

  it('is the same when written as a tree and read again', async () => {
    const profile = await readText(text);
    const again = await readText(await writeText(profile, { legacy: true }));
    // Written with times, as each hit had lasted 1 ms.
    const ms = new Map([...weightsOf(again)].map(([stack, ns]) => [stack, ns / 1e6]));
    expect(ms).toEqual(weightsOf(profile));
  });
});

it("knows whose functions are in V8's tree and in that of cpuprofilify", async () => {
  const layers = ({ functions }: Profile) =>
    Object.fromEntries(
      Array.from({ length: functions.length }, (_, id) => [
        functions.name(id),
        LAYER_NAMES[functions.layer(id)],
      ]),
    );
  expect(layers(await readText(recording('v8-profiler/fibonacci')))).toMatchObject({
    getTipOfTheDay: 'application',
    nextTick: 'node-js',
    'Readable.push': 'node-js',
    'ConcatStream.getBody': 'dependency',
    '(garbage collector)': 'v8',
  });
  const cpuprofilify = await readText(recording('cpuprofilify/dtrace'));
  expect(layers(cpuprofilify)).toMatchObject({
    uv_run: 'libuv',
    cal_arrayConcat: 'application',
    ArrayConcatJS: 'v8',
    socketOnData: 'node-js',
  });
  expect(cpuprofilify.processes.command(0)).toBe('iojs');
  const { functions, scripts } = cpuprofilify;
  const toFib = Array.from({ length: functions.length }, (_, id) => id).find(
    (id) => functions.name(id) === 'toFib',
  )!;
  expect(functions.columns.line.data[toFib]).toBe(43);
  expect(scripts.url(functions.columns.script.data[toFib])).toMatch(/fibonacci\.js$/);
});

const leaf = (functionName: string, id: number, more = {}): object => ({
  ...{
    functionName,
    id,
    url: '/a.js',
    scriptId: 3,
    lineNumber: 4,
    columnNumber: 7,
    hitCount: 1,
    children: [],
  },
  ...more,
});
const tree = (more = {}): object => ({
  head: leaf('(root)', 1, {
    scriptId: 0,
    url: '',
    hitCount: 0,
    children: [leaf('a', 2, { children: [leaf('b', 3)] })],
  }),
  startTime: 10,
  endTime: 10.01,
  samples: [2, 3, 2],
  timestamps: [10_000_000, 10_001_000, 10_003_500],
  ...more,
});

describe('a tree', () => {
  it('with times has wall time, each sample up to the next', async () => {
    const profile = await readText(tree());
    const [series] = profile.series;
    expect([series.unit, series.timed]).toEqual([Unit.WallNs, true]);
    expect([...weightsOf(profile)]).toEqual([
      ['a', 1e6],
      ['a;b', 2.5e6],
    ]);
    const { line, column } = profile.functions.columns;
    expect([line.data[0], column.data[0]]).toEqual([4, 7]);
  });

  it('of 20,000 functions within each other is read and written', async () => {
    let text = '';
    for (let i = 0; i < 20_000; i++) {
      text += `{"functionName":"f${i % 7}","id":${i},"hitCount":${i === 19_999 ? 5 : 0},"children":[`;
    }
    const profile = await readText(`{"head":${text}${']}'.repeat(20_000)}}`);
    expect(profile.series[0].totalWeight).toBe(5);
    // The outermost is the name of a process.
    expect(profile.stacks.depth(profile.series[0].stacks.data[0])).toBe(19_999);
    const again = await readText(await writeText(profile, { legacy: true }));
    expect(again.stacks.depth(again.series[0].stacks.data[0])).toBe(19_999);
  });

  it('is read when ids are used twice, unless a sample names one', async () => {
    const head = leaf('(root)', 1, { children: [leaf('a', 2), leaf('b', 2)] });
    expect([...weightsOf(await readText({ head }))]).toEqual([
      ['', 1],
      ['a', 1],
      ['b', 1],
    ]);
    await expect(readText({ head, samples: [2] })).rejects.toThrow(
      'test: this .cpuprofile cannot be read: samples[0] names node 2, which several nodes have as their id; record it again.',
    );
  });

  it.each([
    [{ samples: [9, 2, 3] }, 'samples[0] names node 9, which is not there'],
    [{ samples: [2, 3] }, 'timestamps has 3 entries for 2 samples'],
    [{ timestamps: [1, -2, 3] }, 'timestamps[1] is -2, which is no time in microseconds'],
    [
      { head: leaf('(root)', 1, { lineNumber: -3 }) },
      'lineNumber is -3, not a whole number from 0 to 4294967294',
    ],
    [
      { head: leaf('(root)', 1, { children: {} }) },
      'head.children is an object, which is not expected there',
    ],
  ])('%j is refused', async (more, message) => {
    await expect(readText(tree(more))).rejects.toThrow(message);
  });

  it('that we write is as Chrome wrote it in 2014', async () => {
    const text = await writeText(
      profileOf('main@/app/a b.js:10:5;f@node:fs:3:1#node-js!7 2\nmain@/app/a b.js:10:5 3'),
      {
        legacy: true,
      },
    );
    const file = JSON.parse(text);
    const base = { bailoutReason: '', children: [] };
    const special = { ...base, url: '', scriptId: 0, lineNumber: 0, columnNumber: 0, hitCount: 0 };
    expect(file).toEqual({
      typeId: 'CPU',
      uid: 1,
      title: 'Profile 1',
      generator: 'stackscope',
      startTime: 1,
      endTime: 1.005,
      samples: [4, 3, 2],
      timestamps: [1_000_000, 1_002_000, 1_005_000],
      head: {
        ...special,
        functionName: '(root)',
        id: 1,
        callUID: 1,
        children: [
          { ...special, functionName: '(idle)', id: 2, callUID: 2 },
          {
            ...base,
            ...{
              functionName: 'main',
              url: 'file:///app/a%20b.js',
              scriptId: 1,
              lineNumber: 10,
              columnNumber: 5,
            },
            ...{ id: 3, callUID: 3, hitCount: 1 },
            children: [
              {
                ...base,
                ...{ functionName: 'f', url: 'node:fs', scriptId: 2, lineNumber: 3, columnNumber: 1 },
                ...{ id: 4, callUID: 4, hitCount: 1, lineTicks: [{ line: 7, hitCount: 1 }] },
              },
            ],
          },
        ],
      },
    });
  });
});

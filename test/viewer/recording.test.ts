import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { chooseMeasure } from '../../src/analysis/measure.js';
import { select } from '../../src/analysis/selection.js';
import { summarize } from '../../src/analysis/summary.js';
import { LAYER_NAMES } from '../../src/profile/layers.js';
import type { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { ThreadRole } from '../../src/profile/threads.js';
import { type Boxes, boxAt, depthOf, levelOf, NO_BOX } from '../../src/viewer/worker/boxes.js';
import type { ViewOptions } from '../../src/viewer/worker/protocol.js';
import { Recording } from '../../src/viewer/worker/recording.js';
import { addSamples, addThread, profileOf } from '../profiles.js';

const WORDS = [
  'a',
  'b',
  'c@/app/c.js:3:1',
  'lib@/n/node_modules/lib/i.js#dependency/lib',
  'hot#v8',
  'read@/vm#kernel',
];
const stack = fc
  .tuple(
    fc.constantFrom('', '', '[truncated]', '[broken]', '[idle]'),
    fc.array(fc.constantFrom(...WORDS), { maxLength: 9 }),
  )
  .map(([marker, frames]) => [marker, ...frames].filter((frame) => frame !== '').join(';'));
const samples = fc
  .array(fc.tuple(stack, fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 30 })
  .map((lines) =>
    lines.map(([text, weight]) => `${text} ${weight} ${Math.floor(weight / 2)}+0/ms`).join('\n'),
  );
/** Two threads of wall time whose CPU time is known. */
const profiles = fc.tuple(samples, samples).map(([first, second]) => {
  const profile = profileOf(first, { unit: Unit.WallNs });
  addSamples(profile, addThread(profile, { tid: 2, role: ThreadRole.Pool }), second, { unit: Unit.WallNs });
  return profile;
});
const choices = fc.record({
  part: fc.constantFrom('cpu' as const, 'blocked' as const, 'weight' as const),
  threads: fc.option(fc.constantFrom([0], [1], [0, 1]), { nil: undefined }),
  layer: fc.option(fc.nat({ max: 9 }), { nil: undefined }),
  fromUs: fc.option(fc.nat({ max: 200_000 }), { nil: undefined }),
});

/** The same choices as the report takes them. */
function selected(profile: Profile, { part, threads, layer, fromUs }: ViewOptions) {
  return select(
    profile,
    {
      ...(threads && { threads: new Set(threads) }),
      ...(layer !== undefined && { layer }),
      ...(fromUs !== undefined && { fromUs }),
    },
    chooseMeasure(profile, part),
  );
}

describe('what the page shows is what report --json says', () => {
  it('in every part, of every selection', () => {
    fc.assert(
      fc.property(profiles, choices, (profile, options) => {
        const view = new Recording('x', profile).view(options);
        const summary = summarize(selected(profile, options));
        const ms = (ns: number) => ns / 1e6;
        expect(ms(view.total)).toBeCloseTo(summary.totals.sampledMs, 6);
        expect(view.samples).toBe(summary.totals.samples);
        expect(Array.from(view.functions.self, ms)).toEqual(summary.functions.map(({ selfMs }) => selfMs));
        expect(Array.from(view.functions.total, ms)).toEqual(summary.functions.map(({ totalMs }) => totalMs));
        expect(view.packages.map(({ name, self }) => [name, ms(self)])).toEqual(
          summary.packages.map((row) => [row.package, row.selfMs]),
        );
        const layers = view.layers.filter(({ self }) => self > 0);
        expect(layers.map(({ layer, self }) => [LAYER_NAMES[layer], ms(self)])).toEqual(
          summary.layers.map(({ layer, selfMs }) => [layer, selfMs]),
        );
        expect(view.quality.whole).toBe(summary.quality.wholeShare);
        expect(view.quality.unknown).toBe(summary.quality.unknownShare);
        expectWellLaidOut(view.flame);
        const own = view.flame.self.reduce((sum, value) => sum + value, 0);
        // What is left has no frame at all.
        const rootless = selected(profile, options).stacks.self[0];
        expect(own + rootless).toBeCloseTo(view.total, 0);
      }),
      { numRuns: 150 },
    );
  });

  it('and every lane of the overview adds up to its threads', () => {
    fc.assert(
      fc.property(profiles, choices, (profile, { part }) => {
        const recording = new Recording('x', profile);
        const { lanes, endNs } = recording.facts();
        const bins = 37;
        const counted = recording.overview({ part, fromNs: 0, toNs: endNs, bins });
        const { threadWeights } = select(profile, {}, chooseMeasure(profile, part));
        lanes.forEach(({ threads }, lane) => {
          const shown = counted[lane].reduce((sum, value) => sum + value, 0) * (endNs / bins);
          const known = threads.reduce((sum, thread) => sum + threadWeights[thread], 0);
          expect(Math.abs(shown - known)).toBeLessThanOrEqual(known * 1e-5 + 1);
        });
      }),
      { numRuns: 100 },
    );
  });
});

/** Callees lie within their callers and beside each other, the heaviest first; what is no callee's is self. */
function expectWellLaidOut(boxes: Boxes): void {
  const inside = new Float64Array(boxes.key.length);
  for (let box = 0; box < boxes.key.length; box++) {
    const parent = boxes.parent[box];
    const level = levelOf(boxes, box);
    const width = boxes.to[box] - boxes.from[box];
    expect(boxAt(boxes, level, boxes.from[box] + width / 2)).toBe(box);
    if (box > boxes.levels[level]) expect(boxes.from[box]).toBeGreaterThanOrEqual(boxes.to[box - 1]);
    if (parent === NO_BOX) continue;
    expect(levelOf(boxes, parent)).toBe(level - 1);
    expect(boxes.from[box]).toBeGreaterThanOrEqual(boxes.from[parent]);
    expect(boxes.to[box]).toBeLessThanOrEqual(boxes.to[parent] + 1e-3);
    inside[parent] += width;
    if (box > boxes.levels[level] && boxes.parent[box - 1] === parent)
      expect(width).toBeLessThanOrEqual(boxes.to[box - 1] - boxes.from[box - 1] + 1e-3);
  }
  for (let box = 0; box < inside.length; box++)
    expect(boxes.to[box] - boxes.from[box]).toBeCloseTo(inside[box] + boxes.self[box], 2);
}

describe('the time chart', () => {
  const profile = profileOf('main;a;b 10\nmain;a;c 20\nmain;a;c 20\n[idle] 30\nmain;a;b 10', {
    unit: Unit.WallNs,
  });
  const recording = new Recording('x', profile);
  const texts = ({ levels, key, from, to }: Boxes, names: readonly string[]) =>
    Array.from({ length: levels.length - 1 }, (_, level) =>
      Array.from(
        { length: levels[level + 1] - levels[level] },
        (_, i) =>
          `${names[key[levels[level] + i]]} ${from[levels[level] + i] / 1e6}-${to[levels[level] + i] / 1e6}`,
      ),
    );

  test('is in the order of time, with shared callers in one box and nothing where it was idle', () => {
    const boxes = recording.chart({ threads: [0], fromNs: 0, toNs: 90e6, columns: 900 });
    expect(texts(boxes, recording.facts().functions.names)).toEqual([
      ['main 0-50', 'main 80-90'],
      ['a 0-50', 'a 80-90'],
      ['b 0-10', 'c 10-50', 'b 80-90'],
    ]);
  });

  test('of more samples than columns has as many boxes as columns, and the same extent', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `main;${i % 2 ? 'a' : 'b'};f${i % 100} 1`);
    const long = new Recording('x', profileOf(lines.join('\n'), { unit: Unit.WallNs }));
    const boxes = long.chart({ threads: [0], fromNs: 0, toNs: 20e9, columns: 100 });
    expect(depthOf(boxes)).toBe(3);
    expect(boxes.levels[1]).toBe(1);
    expect(boxes.key.length).toBeLessThanOrEqual(301);
    expect([boxes.from[0], boxes.to[0]]).toEqual([0, 20e9]);
  });
});

test('a stack of 100,000 frames is laid out', () => {
  const profile = profileOf('f 1');
  const { stacks, series } = profile;
  const frame = stacks.columns.frame.data[1];
  let deep = 1;
  for (let i = 0; i < 100_000; i++) deep = stacks.intern(deep, frame);
  series[0].add(10, deep, 1e6);
  const recording = new Recording('x', profile);
  expect(depthOf(recording.view({ part: 'weight' }).flame)).toBe(100_001);
  const chart = recording.chart({ threads: [0], fromNs: 0, toNs: 2e6, columns: 3000 });
  expect(depthOf(chart)).toBeGreaterThan(60);
});

test('names and files are found by text and by pattern', () => {
  const recording = new Recording('x', profileOf('Alpha@/app/one.js;beta@/app/two.js 1'));
  const found = (text: string, regex = false) => {
    const { names } = recording.facts().functions;
    return names.filter((_, func) => recording.find({ text, regex })[func] === 1);
  };
  expect(found('ALPHA')).toEqual(['Alpha']);
  expect(found('two.js')).toEqual(['beta']);
  expect(found('^(alpha|beta) ', true)).toEqual(['Alpha', 'beta']);
  expect(() => found('(', true)).toThrow(SyntaxError);
});

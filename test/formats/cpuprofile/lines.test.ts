import { expect, it } from 'vitest';
import type { Profile } from '../../../src/profile/profile.js';
import { fixture, readText, writeText } from './bytes.js';

interface Ticks {
  readonly line: number;
  readonly ticks: number;
}

/** Samples by `function:executing line`. */
function linesOf({ series: [series], stacks, frames, functions }: Profile): Map<string, number> {
  const lines = new Map<string, number>();
  for (let i = 0; i < series.pending; i++) {
    const frame = stacks.columns.frame.data[series.stacks.data[i]];
    const key = `${functions.name(frames.func(frame))}:${frames.columns.line.data[frame]}`;
    lines.set(key, (lines.get(key) ?? 0) + (series.timed ? 1 : series.weights.data[i]));
  }
  return lines;
}

const node = (id: number, functionName: string, positionTicks: Ticks[], children: number[] = []) => ({
  ...{ id, hitCount: positionTicks.reduce((sum, { ticks }) => sum + ticks, 0), positionTicks, children },
  callFrame: { functionName, scriptId: '5', url: '/a.js', lineNumber: 1, columnNumber: 0 },
});

it('gives each line as many of its function’s samples as the file tells, all along', async () => {
  const ticks = [
    { line: 3, ticks: 300 },
    { line: 4, ticks: 600 },
    { line: 9, ticks: 100 },
  ];
  const samples = Array.from({ length: 1000 }, () => 2);
  const file = {
    nodes: [{ ...node(1, '(root)', []), children: [2] }, node(2, 'f', ticks)],
    ...{ startTime: 0, endTime: 1000, samples, timeDeltas: samples.map(() => 1) },
  };
  const profile = await readText(file);
  // The last one begins when the profile ends.
  const lines = linesOf(profile);
  expect([...lines.values()].reduce((sum, count) => sum + count)).toBe(999);
  expect([lines.get('f:3')!, lines.get('f:9')!].map((count) => Math.round(count / 100))).toEqual([3, 1]);
  const half = linesOf(
    await readText({
      ...file,
      samples: samples.slice(0, 500),
      timeDeltas: samples.slice(0, 500).map(() => 1),
    }),
  );
  expect(half.get('f:4')).toBeGreaterThan(290);
  expect(half.get('f:4')).toBeLessThan(310);
});

it('splits hit counts without samples by their lines exactly', async () => {
  const ticks = [
    { line: 3, ticks: 2 },
    { line: 4, ticks: 5 },
  ];
  const nodes = [
    { ...node(1, '(root)', []), children: [2] },
    { ...node(2, 'f', ticks), hitCount: 9 },
  ];
  expect([...linesOf(await readText({ nodes }))]).toEqual([
    ['f:3', 2],
    ['f:4', 7],
  ]);
});

it.each([20, 22, 24, 26])(
  'Node %i tells lines, which are the same when written and read again',
  async (version) => {
    const text = fixture(version);
    const told = new Map<string, number>();
    for (const { callFrame, positionTicks = [] } of JSON.parse(text).nodes) {
      for (const { line, ticks } of positionTicks) told.set(`${callFrame.functionName}:${line}`, ticks);
    }
    const profile = await readText(text);
    const read = linesOf(profile);
    expect([...read.keys()].filter((key) => /^leaf:[1-9]/.test(key)).length).toBeGreaterThan(0);
    for (const key of read.keys()) if (!key.endsWith(':0')) expect(told.has(key), key).toBe(true);
    // One more sample of no length, which is idle.
    expect(linesOf(await readText(await writeText(profile)))).toEqual(read);
  },
);

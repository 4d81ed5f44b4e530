import { join } from 'node:path';
import { expect, it } from 'vitest';
import { millisecondsBy, NODES, record } from './launch.js';

const PROGRAM = join(import.meta.dirname, '../../programs/shares.mjs');
const SECONDS = 3;

it.each(NODES)('six functions have their true shares on Node %i', async (node) => {
  const { profile, stdout } = await record(node, [PROGRAM, String(SECONDS)]);
  const truth = new Map(Object.entries(JSON.parse(stdout) as Record<string, number>));
  const measured = millisecondsBy(profile, 'total');
  const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);
  const trueTotal = sum(truth.values());
  const measuredTotal = sum([...truth.keys()].map((name) => measured.get(name) ?? 0));
  expect(truth.size).toBe(6);
  for (const [name, ms] of truth) {
    const share = ms / trueTotal;
    const sigma = Math.sqrt((share * (1 - share)) / (SECONDS * 997));
    const error = Math.abs((measured.get(name) ?? 0) / measuredTotal - share);
    expect(error, `${name} ${share}`).toBeLessThan(3 * sigma + 0.005);
  }
});

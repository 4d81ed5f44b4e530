import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { applySourceMaps } from '../../../src/symbols/source-maps/index.js';
import { profileOf } from '../../profiles.js';
import { encodeMappings, type PlainSegment } from './write-map.js';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'stackscope-test-')));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const FUNCTIONS = 500_000;
/** 40 characters each. */
const functionText = (i: number) =>
  `function ${`t${i.toString(36)}`.padEnd(8, '_')}(a,b){return a+b*1234};`.padEnd(40, ' ');

test('a bundle of 20 MB on one line with its sources in the map', { timeout: 60_000 }, () => {
  const script = join(directory, 'bundle.js');
  writeFileSync(script, Array.from({ length: FUNCTIONS }, (_, i) => functionText(i)).join(''));
  const names = Array.from({ length: FUNCTIONS }, (_, i) => `longNameOfFunction${i}`);
  const line: PlainSegment[] = [];
  for (let i = 0; i < FUNCTIONS; i++) {
    const at = i * 40;
    line.push(
      [at, i % 1000, i, 0],
      [at + 9, i % 1000, i, 9, i],
      [at + 18, i % 1000, i, 30],
      [at + 20, i % 1000, i, 33],
    );
    line.push([at + 22, i % 1000, i, 40], [at + 29, i % 1000, i, 47]);
  }
  const sources = Array.from({ length: 1000 }, (_, i) => `../src/file${i}.ts`);
  const sourcesContent = sources.map(() => 'x'.repeat(20_000));
  writeFileSync(
    `${script}.map`,
    JSON.stringify({ version: 3, sources, sourcesContent, names, mappings: encodeMappings([line]) }),
  );
  expect(statSync(script).size).toBeGreaterThan(20_000_000 - 1);
  expect(statSync(`${script}.map`).size).toBeGreaterThan(40_000_000);
  line.length = 0;
  names.length = 0;
  const ran = Array.from({ length: 2000 }, (_, i) => i * 249);
  const frames = ran.map((i) => `${functionText(i).slice(9, 17)}@${script}:1:${i * 40 + 18}`);
  const profile = profileOf(`${frames.join(';')} 10`);
  const before = { cpu: process.cpuUsage(), rss: process.memoryUsage.rss() };
  applySourceMaps(profile, { roots: [directory] });
  // Of the CPU, not of the clock: other tests run beside this one.
  const { user, system } = process.cpuUsage(before.cpu);
  expect((user + system) / 1000, 'milliseconds').toBeLessThan(2_000);
  expect(process.memoryUsage.rss() - before.rss, 'bytes').toBeLessThan(400 * 2 ** 20);
  expect(profile.quality.notes).toEqual([]);
  for (const [func, i] of ran.entries()) {
    expect(profile.functions.name(func)).toBe(`longNameOfFunction${i}`);
    expect(profile.functions.columns.line.data[func]).toBe(i + 1);
  }
});

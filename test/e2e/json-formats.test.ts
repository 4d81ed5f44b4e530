import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceEvents } from '../../src/formats/trace-events/index.js';
import { Unit } from '../../src/profile/series.js';
import { written } from '../formats/check-recording.js';
import { internStack, profileOf } from '../profiles.js';
import { type DevToolsSlices, devToolsSlices, devToolsTotals } from './devtools.js';
import { Speedscope, type SpeedscopeTotals } from './speedscope.js';
import { program, type Recorded, record, scratchDirectory, stackscope } from './stackscope.js';
import { writeLegacy } from './write-legacy.js';

const scratch = scratchDirectory();
let speedscope: Speedscope;
beforeAll(async () => {
  speedscope = await Speedscope.start();
});
afterAll(async () => {
  await speedscope.close();
  scratch.remove();
});

async function convert(file: string, suffix: string, options: readonly string[] = []): Promise<string> {
  const output = join(scratch.path, `out${suffix}`);
  const { code, stderr } = await stackscope(['convert', file, ...options, '-o', output]);
  if (code !== 0) throw new Error(stderr);
  return output;
}

/** Functions whose names are told as the report tells them: not `(…)` and `[…]`, which each tool words its own way. */
function namedFunctions({ summary }: Recorded) {
  return summary.functions.filter(({ name, selfMs }) => selfMs > 0 && !/^[([]|^_Z/.test(name));
}

describe.each(['perf', 'v8'] as const)('%s recording', (engine) => {
  let recorded: Recorded;
  beforeAll(async () => {
    recorded = await record(scratch.path, '24', engine, [program('mostly-idle.mjs')]);
  });

  it('has the same total and self times in speedscope by its own format', async () => {
    const threads = await speedscope.openAll(await convert(recorded.file, '.speedscope.json'));
    expect(threads.map(({ unit }) => unit)).toEqual(threads.map(() => 'nanoseconds'));
    const ms = (of: (totals: SpeedscopeTotals) => number) =>
      threads.reduce((sum, each) => sum + of(each), 0) / 1e6;
    expect(Math.abs(ms(({ busy }) => busy) - recorded.summary.totals.sampledMs)).toBeLessThan(0.01);
    // It waits 1,200 ms.
    expect(ms(({ length, busy }) => length - busy)).toBeGreaterThan(1000);
    const rows = namedFunctions(recorded).map((row) => ({
      ...row,
      key: `${row.name} ${row.file ?? ''}:${row.line ?? 0}:${row.column ?? 0}`,
    }));
    expect(rows.map(({ name }) => name)).toContain('answer');
    const differs = rows.filter(
      ({ key, selfMs }) => Math.abs(ms(({ self }) => self.get(key) ?? 0) - selfMs) > 0.01,
    );
    expect(differs.map(({ key }) => key)).toEqual([]);
  });

  it('has the same self times as a trace in DevTools and in speedscope', async () => {
    const file = await convert(recorded.file, '.trace.json');
    const devTools: DevToolsSlices = await devToolsSlices(readFileSync(file, 'utf8'));
    const threads = await speedscope.openAll(file);
    const { sampledMs } = recorded.summary.totals;
    expect(Math.abs(devTools.busyMs - sampledMs)).toBeLessThan(0.1);
    const inSpeedscope = threads.reduce((sum, { busy }) => sum + busy, 0) / 1000;
    expect(Math.abs(inSpeedscope - sampledMs)).toBeLessThan(0.1);
    const selfByName = new Map<string, number>();
    for (const { name, selfMs } of namedFunctions(recorded))
      selfByName.set(name, (selfByName.get(name) ?? 0) + selfMs);
    const differs = [...selfByName].filter(
      ([name, ms]) => Math.abs((devTools.self.get(name) ?? 0) - ms) > 0.1,
    );
    expect(selfByName.has('answer')).toBe(true);
    expect(differs.map(([name]) => name)).toEqual([]);
  });
});

it('functions that end where another call of them begins are told apart in a trace', async () => {
  // Neither has a file: speedscope knows such events by their names alone.
  const profile = profileOf('g#unknown;u#unknown 5\nu#unknown 7', { unit: Unit.WallNs });
  profile.series[0].add(500_000, internStack(profile, 'h#unknown'), 1e6);
  const file = join(scratch.path, 'same-name.trace.json');
  const bytes = await written(traceEvents, profile);
  writeFileSync(file, bytes);
  const shown = await speedscope.open(file);
  expect(shown.busy).toBe(13_000);
  expect([...shown.self.values()]).toEqual([0, 12_000, 1000]);
  const { self } = await devToolsSlices(new TextDecoder().decode(bytes));
  expect([self.get('u'), self.get('h')].map((ms) => Math.round(ms!))).toEqual([12, 1]);
});

it('the tree of before 2016 is read by speedscope with the same times', async () => {
  const recorded = await record(scratch.path, '22', 'v8', [program('mostly-idle.mjs')]);
  const file = join(scratch.path, 'legacy.cpuprofile');
  await writeLegacy(recorded.file, file);
  const { busy } = await speedscope.open(file);
  expect(Math.abs(busy / 1000 - recorded.summary.totals.sampledMs)).toBeLessThan(0.1);
  const { busyMs } = await devToolsTotals(readFileSync(await convert(file, '.cpuprofile'), 'utf8'));
  expect(Math.abs(busyMs - recorded.summary.totals.sampledMs)).toBeLessThan(0.1);
});

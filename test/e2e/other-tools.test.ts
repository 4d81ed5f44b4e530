import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevToolsTotals, devToolsTotals } from './devtools.js';
import { Speedscope, type SpeedscopeTotals } from './speedscope.js';
import { program, type Recorded, record, scratchDirectory, stackscope } from './stackscope.js';

const scratch = scratchDirectory();
let speedscope: Speedscope;
beforeAll(async () => {
  speedscope = await Speedscope.start();
});
afterAll(async () => {
  await speedscope.close();
  scratch.remove();
});

async function convert(file: string, format: string): Promise<string> {
  const output = join(scratch.path, `out.${format}`);
  const { code, stderr } = await stackscope(['convert', file, '-f', format, '-o', output]);
  if (code !== 0) throw new Error(stderr);
  return output;
}

interface Row {
  /** As the readers of other tools' models in this folder make it. */
  readonly key: string;
  readonly name: string;
  readonly selfMs: number;
  readonly totalMs: number;
}

/** Functions that a .cpuprofile names as the report does: not `(…)` and `[…]`, which each tool words its own way. */
function namedFunctions({ summary }: Recorded): Row[] {
  return summary.functions
    .filter(({ name }) => !/^[([]/.test(name))
    .map((row) => ({ ...row, key: `${row.name} ${row.file ?? ''}:${row.line ?? 0}:${row.column ?? 0}` }));
}

/** The idle program runs up to 240 ms on its main thread and waits 1,200 ms. */
const SURELY_BUSY_MS = 50;
const SURELY_IDLE_MS = 1000;

describe.each([
  ['perf', 'mostly-idle.mjs'],
  ['v8', 'mostly-idle.mjs'],
  ['perf', 'shapes/main.mjs'],
] as const)('%s recording of %s', (engine, name) => {
  let recorded: Recorded;
  let devTools: DevToolsTotals;
  let shown: SpeedscopeTotals;
  beforeAll(async () => {
    recorded = await record(scratch.path, '24', engine, [program(name)]);
    const file = await convert(recorded.file, 'cpuprofile');
    devTools = await devToolsTotals(readFileSync(file, 'utf8'));
    shown = await speedscope.open(file);
  });

  it('has the same total in DevTools and speedscope', () => {
    const { sampledMs } = recorded.summary.totals;
    expect(sampledMs).toBeGreaterThan(SURELY_BUSY_MS);
    expect(Math.abs(devTools.busyMs - sampledMs)).toBeLessThan(0.1);
    expect(Math.abs(shown.busy / 1000 - sampledMs)).toBeLessThan(0.1);
  });

  it('shows its pauses as idle', () => {
    expect(devTools.idleMs).toBeGreaterThan(SURELY_IDLE_MS);
    expect(shown.length / 1000 - shown.busy / 1000).toBeGreaterThan(SURELY_IDLE_MS);
  });

  it('has the same self time of every function in speedscope', () => {
    // It demangles the names that our demangler gives up on.
    const rows = namedFunctions(recorded).filter(({ name, selfMs }) => selfMs > 0 && !name.startsWith('_Z'));
    const differs = ({ key, selfMs }: Row) => Math.abs((shown.self.get(key) ?? 0) / 1000 - selfMs) > 0.1;
    expect(rows.map(({ name }) => name)).toContain(name === 'mostly-idle.mjs' ? 'answer' : 'burnModule');
    expect(rows.filter(differs).map(({ key }) => key)).toEqual([]);
  });

  if (engine === 'perf') {
    it('has the same self and total time of every function in DevTools', () => {
      const rows = namedFunctions(recorded);
      const differs = ({ key, selfMs, totalMs }: Row) => {
        const { selfMs: self, totalMs: total } = devTools.functions.get(key) ?? { selfMs: 0, totalMs: 0 };
        return Math.abs(self - selfMs) > 0.1 || Math.abs(total - totalMs) > 0.1;
      };
      expect(rows.length).toBeGreaterThan(100);
      expect(rows.filter(differs).map(({ key }) => key)).toEqual([]);
      expect(devTools.busyByHitsMs / recorded.summary.totals.sampledMs).toBeCloseTo(1, 2);
    });
  }

  it('has its samples in speedscope as folded stacks', async () => {
    const folded = await speedscope.open(await convert(recorded.file, 'folded'));
    expect(folded.length).toBe(recorded.summary.totals.samples);
  });
});

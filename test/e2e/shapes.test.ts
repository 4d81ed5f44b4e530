import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAddon } from './addon.js';
import { NODES, program, type Recorded, record, scratchDirectory, stackscope } from './stackscope.js';

/** Functions of test/programs/shapes that both engines must name, with the file each is in. */
const JAVASCRIPT: readonly (readonly [name: string, file: string])[] = [
  ['burnModule', 'main.mjs'],
  ['burnMethod', 'main.mjs'],
  ['burnGenerator', 'main.mjs'],
  ['burnRegExp', 'main.mjs'],
  ['burnGarbage', 'main.mjs'],
  ['callAddon', 'main.mjs'],
  ['burnCommonJs', 'common.cjs'],
  ['burnInVm', 'burn-in-vm.js'],
  ['burnWasm', 'burn-wasm.mjs'],
  ['readKernelHeavy', 'natives.mjs'],
  ['burnInWorker', 'worker.mjs'],
  ['burnAtTheBottom', 'deep.mjs'],
  ['burnInFork', 'forked.mjs'],
  ['burnInSpawned', 'spawned.cjs'],
];
/** Milliseconds that each part surely ran, also on a busy machine (they run 250 ms of wall time). */
const SURELY_MS = 10;

describe.each(['perf', 'v8'] as const)('every shape of code and process, %s', (engine) => {
  describe.each(NODES)('Node %s', (node) => {
    const scratch = scratchDirectory();
    let recorded: Recorded;
    beforeAll(async () => {
      recorded = await record(scratch.path, node, engine, [
        program('shapes/main.mjs'),
        buildAddon(scratch.path),
      ]);
    });
    afterAll(() => scratch.remove());

    const functionsNamed = (name: string) => recorded.summary.functions.filter((row) => row.name === name);
    const layerMs = (layer: string) =>
      recorded.summary.layers.find((row) => row.layer === layer)?.selfMs ?? 0;

    it('leaves the program its output', () => {
      expect(recorded.stdout).toBe('done\n');
    });

    it.each(JAVASCRIPT)('names %s in %s as application code', (name, file) => {
      const rows = functionsNamed(name).filter((row) => basename(row.file ?? '') === file);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ layer: 'application', line: expect.any(Number) });
      expect(rows[0].totalMs).toBeGreaterThan(SURELY_MS);
    });

    it('names evaluated code and WebAssembly', () => {
      expect(functionsNamed('burnEvaluated')[0]?.totalMs).toBeGreaterThan(SURELY_MS);
      const wasm = recorded.summary.functions.filter((row) => /^(wasm-function\[0\]|spin)$/.test(row.name));
      expect(wasm[0]?.selfMs).toBeGreaterThan(SURELY_MS);
      expect(wasm[0]?.layer).toBe('application');
    });

    it('charges a regular expression to V8', () => {
      const expression = recorded.summary.functions.find((row) => row.name.includes('(a|aa)+c'));
      expect(expression?.layer).toBe('v8');
      expect(expression?.selfMs).toBeGreaterThan(SURELY_MS);
    });

    it('shows three processes, the children under their parent', () => {
      const { processes, threads } = recorded.summary;
      const busy = processes.filter(({ command }) => /\.[cm]js/.test(command));
      const main = busy.find(({ command }) => command.includes('main.mjs'));
      expect(busy.map(({ command }) => /(\w+)\.[cm]js/.exec(command)?.[1]).toSorted()).toEqual([
        'forked',
        'main',
        'spawned',
      ]);
      expect(busy.filter((process) => process !== main).map(({ parent }) => parent)).toEqual([
        main?.pid,
        main?.pid,
      ]);
      expect(busy.map(({ node: version }) => version?.split('.')[0])).toEqual([node, node, node]);
      expect(threads.filter(({ role }) => role === 'worker').length).toBe(2);
      expect(threads.filter(({ role, sampledMs }) => role === 'main' && sampledMs > SURELY_MS).length).toBe(
        3,
      );
    });

    it('marks the 10,000-deep stack as cut', () => {
      expect(recorded.summary.quality.truncatedShare).toBeGreaterThan(0);
    });

    it('adds up: layers to the total', () => {
      const { layers, totals, functions, quality } = recorded.summary;
      const sum = layers.reduce((ms, row) => ms + row.selfMs, 0);
      expect(sum).toBeCloseTo(totals.sampledMs, 3);
      expect(functions.reduce((ms, row) => ms + row.selfMs, 0)).toBeCloseTo(totals.sampledMs, 3);
      expect(quality.wholeShare + quality.truncatedShare + quality.brokenShare).toBeCloseTo(1, 6);
    });

    if (engine === 'perf') {
      it('samples what the kernel charged', () => {
        const { sampledMs, cpuMs } = recorded.summary.totals;
        expect(sampledMs / (cpuMs ?? Number.NaN)).toBeGreaterThan(0.93);
        expect(sampledMs / (cpuMs ?? Number.NaN)).toBeLessThan(1.07);
      });

      it('puts the libraries in their layers', () => {
        const found = (pattern: RegExp) => recorded.summary.functions.filter((row) => pattern.test(row.name));
        expect(found(/sha512_block_data_order/)[0]?.layer).toBe('system');
        expect(found(/^deflate_(slow|fast|stored|rle)|longest_match/)[0]?.layer).toBe('system');
        expect(found(/^addon_spin$/)[0]).toMatchObject({ layer: 'addon' });
        expect(found(/^uv__/)[0]?.layer).toBe('libuv');
        expect(layerMs('kernel')).toBeGreaterThan(SURELY_MS);
        expect(layerMs('unknown')).toBeLessThan(recorded.summary.totals.sampledMs * 0.03);
      });

      it('tells the threads by what they do', () => {
        const roles = new Set(recorded.summary.threads.map(({ role }) => role));
        expect([...roles]).toEqual(expect.arrayContaining(['main', 'worker', 'pool', 'gc']));
        const pool = recorded.summary.threads.filter(({ role }) => role === 'pool');
        expect(pool.length).toBeGreaterThanOrEqual(2);
      });

      it('says in which tier code ran', () => {
        const { tiers } = functionsNamed('burnModule')[0];
        expect(Object.values(tiers).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
        expect((tiers['turbofan'] ?? 0) + (tiers['maglev'] ?? 0)).toBeGreaterThan(0.3);
      });
    }

    it('converts to folded stacks whose counts are the samples', async () => {
      const { code, stdout } = await stackscope(['convert', recorded.file, '-f', 'folded', '-o', '-']);
      expect(code).toBe(0);
      const counts = stdout
        .trim()
        .split('\n')
        .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(recorded.summary.totals.samples);
    });
  });
});

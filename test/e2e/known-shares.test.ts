import { afterAll, describe, expect, it } from 'vitest';
import { NODES, program, record, scratchDirectory } from './stackscope.js';

const SECONDS = '4';

describe('six functions of known shares', () => {
  const scratch = scratchDirectory();
  afterAll(() => scratch.remove());

  for (const engine of ['perf', 'v8'] as const) {
    it.each(NODES)(`come out with their shares: ${engine}, Node %s`, async (node) => {
      const { stdout, summary } = await record(scratch.path, node, engine, [program('shares.mjs'), SECONDS]);
      const truth = Object.entries(JSON.parse(stdout) as Record<string, number>);
      const truthMs = truth.reduce((sum, [, ms]) => sum + ms, 0);
      // The truth is CPU time: of V8's wall time, too, the part that was.
      const measured = (name: string) => summary.functions.find((row) => row.name === name)?.cpuMs ?? 0;
      const measuredMs = truth.reduce((sum, [name]) => sum + measured(name), 0);
      const samples = (measuredMs / summary.totals.sampledMs) * summary.totals.samples;
      for (const [name, ms] of truth) {
        const share = ms / truthMs;
        const sigma = Math.sqrt((share * (1 - share)) / samples);
        const error = Math.abs(measured(name) / measuredMs - share);
        expect(error, `${name}: true share ${share}`).toBeLessThan(3 * sigma + 0.005);
      }
      expect(summary.totals.weightKind).toBe(engine === 'perf' ? 'cpu' : 'wall');
      expect(measuredMs / truthMs).toBeGreaterThan(0.9);
      expect(measuredMs / truthMs).toBeLessThan(engine === 'perf' ? 1.1 : 2.5);
    });
  }
});

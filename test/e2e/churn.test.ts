import { afterAll, describe, expect, it } from 'vitest';
import { openProfile } from '../../src/cli/open-profile.js';
import { NODES, program, record, scratchDirectory } from './stackscope.js';

/** The steady part lasts 1.5 s of wall time; its last second is looked at. */
const STEADY_US = 1_000_000;

describe('code that comes and goes', () => {
  const scratch = scratchDirectory();
  afterAll(() => scratch.remove());

  it.each(NODES)('leaves no name behind: perf, Node %s', async (node) => {
    const { file, summary } = await record(scratch.path, node, 'perf', [program('churn.mjs')]);
    expect(summary.functions.some(({ name }) => /^dropped\d+$/.test(name))).toBe(true);
    const profile = await openProfile(file);
    const names = new Map<string, number>();
    const { frames, functions, stacks, threads } = profile;
    const main = threads.columns.tid.data.findIndex(
      (tid, row) => tid === profile.processes.columns.pid.data[threads.columns.process.data[row]],
    );
    for (const series of profile.series.filter(({ thread }) => thread === main)) {
      const end = series.times.data[series.pending - 1];
      for (let i = 0; i < series.pending; i++) {
        if (series.times.data[i] < end - STEADY_US || series.times.data[i] > end - 100_000) continue;
        const seen = new Set<string>();
        for (let stack = series.stacks.data[i]; stack !== 0; stack = stacks.columns.parent.data[stack]) {
          seen.add(functions.name(frames.func(stacks.columns.frame.data[stack])));
        }
        for (const name of seen) names.set(name, (names.get(name) ?? 0) + 1);
      }
    }
    const steady = names.get('steadyWork') ?? 0;
    expect(steady).toBeGreaterThan(100);
    expect([...names.keys()].filter((name) => name.startsWith('dropped'))).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { functionName } from '../../src/analysis/function-names.js';
import { functionWeights } from '../../src/analysis/functions.js';
import { javascriptOf, namelessJavascript } from '../../src/analysis/javascript.js';
import { select } from '../../src/analysis/selection.js';
import { summarize } from '../../src/analysis/summary.js';
import { Unit } from '../../src/profile/series.js';
import { bothEngines } from '../both-engines.js';
import { addSamples, profileOf } from '../profiles.js';

it('is of the series of V8, in its own unit, where the other has no names', () => {
  const profile = bothEngines();
  const selection = select(profile);
  expect(selection).toMatchObject({ total: 40e6, samples: 3, measure: { unit: Unit.CpuNs } });
  expect(namelessJavascript(selection)).toEqual({ self: 30e6, total: 30e6 });
  const named = javascriptOf(selection)!;
  expect(named).toMatchObject({ total: 80e6, idle: 20e6, measure: { unit: Unit.WallNs } });
  const weights = functionWeights(named).map(({ func, self }) => [functionName(profile, func), self]);
  expect(weights.slice(0, 2)).toEqual([
    ['hot', 60e6],
    ['tick', 20e6],
  ]);
});

it('is not asked for where the stacks have names, or nothing of V8 is selected', () => {
  const named = profileOf('node::Start#node;hot 10');
  addSamples(named, 0, 'hot 10', { unit: Unit.WallNs });
  expect(javascriptOf(select(named))).toBeUndefined();
  expect(javascriptOf(select(profileOf('@[jit]#unknown 10')))).toBeUndefined();
  expect(javascriptOf(select(profileOf('hot 10', { unit: Unit.WallNs })))).toBeUndefined();
  expect(javascriptOf(select(bothEngines(), { grep: /read/ }))).toBeUndefined();
});

it('is told beside the totals, never within them', () => {
  const summary = summarize(select(bothEngines()));
  expect(summary.culprit).toMatchObject({ name: 'hot', share: 0.75 });
  expect(summary.totals).toMatchObject({ weightKind: 'cpu', sampledMs: 40, idleMs: 0, samples: 3 });
  expect(summary.functions.reduce((sum, { selfMs }) => sum + selfMs, 0)).toBe(40);
  expect(summary.javascript).toMatchObject({ weightKind: 'wall', sampledMs: 80, idleMs: 20, samples: 3 });
  expect(summary.javascript!.functions[0]).toMatchObject({ name: 'hot', selfMs: 60, selfShare: 0.75 });
  expect(summary.threads).toMatchObject([{ tid: 1, sampledMs: 40 }]);
});

it('is of the CPU time where V8 tells it, and what was blocked stands beside it', () => {
  const summary = summarize(select(bothEngines({ tellsCpu: true })));
  expect(summary.culprit).toMatchObject({ name: 'hot', share: 30 / 38 });
  expect(summary.totals).toMatchObject({ sampledMs: 40, sampledCpuMs: 40, blockedMs: null, idleCpuMs: null });
  expect(summary.javascript).toMatchObject({
    ...{ weightKind: 'wall', sampledMs: 80, idleMs: 20 },
    ...{ sampledCpuMs: 38, blockedMs: 32, runDelayMs: 10, idleCpuMs: 1 },
  });
  expect(summary.javascript!.functions[0]).toMatchObject({
    name: 'hot',
    selfMs: 60,
    cpuMs: 30,
    blockedMs: 20,
  });
  expect(summary.functions[0]).toMatchObject({ cpuMs: 30, blockedMs: null });
  expect(summary.blocked).toMatchObject({ totalMs: 32, mainShare: 0.32, causes: [{ ms: 20 }, { ms: 12 }] });
  expect(summary.threads).toMatchObject([{ tid: 1, sampledMs: 40, sampledCpuMs: null, blockedMs: 32 }]);
});

it('has nothing of what was blocked where V8 does not tell', () => {
  const summary = summarize(select(bothEngines()));
  expect(summary.blocked).toBeNull();
  expect(summary.javascript).toMatchObject({ sampledCpuMs: null, blockedMs: null });
  expect(summary.threads).toMatchObject([{ blockedMs: null }]);
});

import { describe, expect, it } from 'vitest';
import { qualityShares } from '../../src/analysis/quality-shares.js';
import { select } from '../../src/analysis/selection.js';
import { threadWeights } from '../../src/analysis/threads.js';
import { Layer } from '../../src/profile/layers.js';
import { Unit } from '../../src/profile/series.js';
import { addSamples, addThread, profileOf } from '../profiles.js';

describe('a selection', () => {
  const profile = profileOf('a;read#kernel 10 \n a;b 20 \n a;c;read#kernel 30 \n [idle] 40', {
    unit: Unit.WallNs,
  });

  it('of everything keeps idle time apart', () => {
    const { total, idle, samples, isWhole } = select(profile);
    expect({ total, idle, samples, isWhole }).toEqual({ total: 60e6, idle: 40e6, samples: 4, isWhole: true });
  });

  it('by time takes the start and leaves the end', () => {
    expect(select(profile, { fromUs: 10_000, toUs: 30_000 }).total).toBe(20e6);
    expect(select(profile, { fromUs: 10_000 }).total).toBe(50e6);
    expect(select(profile, { toUs: 10_000 }).total).toBe(10e6);
  });

  it('by layer goes by the innermost function', () => {
    expect(select(profile, { layer: Layer.Kernel })).toMatchObject({ total: 40e6, idle: 0, isWhole: false });
  });

  it('by pattern goes by any function or file on the stack', () => {
    expect(select(profile, { grep: /^c / }).total).toBe(30e6);
    expect(select(profile, { grep: /main\.js/g }).total).toBe(60e6);
    expect(select(profile, { grep: /nothing/ }).samples).toBe(0);
  });

  it('by thread and process divides the whole', () => {
    const two = profileOf('a 10');
    const second = addThread(two, { tid: 2, cpuMs: 5 });
    addSamples(two, second, 'b 4');
    two.processes.add({ pid: 9, parent: 0, start: 0, command: 'child' });
    addSamples(two, addThread(two, { tid: 9, process: 1 }), 'c 3');
    expect(select(two, { threads: new Set([second]) }).total).toBe(4e6);
    expect(select(two, { processes: new Set([0]) }).total).toBe(14e6);
    expect(threadWeights(select(two)).map(({ sampled }) => sampled)).toEqual([10e6, 4e6, 3e6]);
  });

  it('of a recording with CPU and wall time takes the CPU time and says so', () => {
    const both = profileOf('a 10');
    addSamples(both, 0, 'a 50', { unit: Unit.WallNs });
    expect(select(both)).toMatchObject({
      total: 10e6,
      measure: { event: 'cpu-clock', leftOut: ['v8 (wall)'] },
    });
  });

  it('of an empty recording is empty', () => {
    expect(select(profileOf(''))).toMatchObject({ total: 0, idle: 0, samples: 0, measure: { series: [] } });
  });
});

describe('shares of quality', () => {
  it('divide the weight by what is at the root, without idle time', () => {
    const selection = select(
      profileOf('a 60 \n [truncated];a 10 \n [broken];a 25 \n [broken] 5 \n [idle] 100'),
    );
    expect(qualityShares(selection)).toEqual({
      whole: 0.6,
      truncated: 0.1,
      broken: 0.3,
      unknown: 0.05,
      unknownLeaf: 0.05,
    });
  });

  it('count unnamed native frames, and anonymous JavaScript as named', () => {
    const shares = qualityShares(
      select(profileOf('()@/a.js;()#system;b#system 3 \n a;()#system 2 \n ()@/a.js 5')),
    );
    expect(shares).toMatchObject({ whole: 1, unknown: 0.5, unknownLeaf: 0.2 });
  });

  it('are zero when nothing ran', () => {
    expect(qualityShares(select(profileOf('')))).toMatchObject({ whole: 0, broken: 0, unknownLeaf: 0 });
  });
});

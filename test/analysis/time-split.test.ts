import { describe, expect, it } from 'vitest';
import { blockedCauses } from '../../src/analysis/blocked.js';
import { functionName } from '../../src/analysis/function-names.js';
import { NO_FUNCTION } from '../../src/analysis/own-functions.js';
import { select } from '../../src/analysis/selection.js';
import { summarize } from '../../src/analysis/summary.js';
import { splitMainThreads, splitTime } from '../../src/analysis/time-split.js';
import { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { ThreadRole } from '../../src/profile/threads.js';
import { addSamples, addThread, profileOf } from '../profiles.js';

/** A main thread that computes, reads a file, waits for a child and idles; weight, then CPU time and delay. */
const MAIN = `
  main;hot 100 90+8/ms
  main;load;readFileSync@node:fs:1:1#node-js;open#v8 40 4+0/ms
  main;load 10 10+0/ms
  main;run;spawnSync@node:child_process:9:1#node-js;spawn#v8 50 1+1/ms
  readFileSync@node:fs:1:1#node-js;open#v8 5 1+0/ms
  [idle] 200 2+1/ms
`;

function waiting(): Profile {
  const profile = new Profile();
  const options = { unit: Unit.WallNs };
  addSamples(profile, addThread(profile, { tid: 1, role: ThreadRole.Main }), MAIN, options);
  addSamples(
    profile,
    addThread(profile, { tid: 2, role: ThreadRole.Worker }),
    'job;wait 400 1+0/ms',
    options,
  );
  return profile;
}

const ms = (ns: number) => Math.round(ns / 1e3) / 1e3;

describe('wall time whose samples tell', () => {
  const split = splitTime(select(waiting()))!;

  it('is CPU time, time without a free CPU, and blocked time, idle time apart', () => {
    const { wall, cpu, delay, blocked } = split;
    expect([wall, cpu, delay, blocked].map(({ total }) => ms(total))).toEqual([605, 107, 9, 489]);
    expect([wall, cpu, delay, blocked].map(({ idle }) => ms(idle))).toEqual([200, 200, 200, 200]);
    expect([cpu, delay, blocked].map(({ ofIdle }) => ms(ofIdle))).toEqual([2, 1, 197]);
    expect(cpu.measure.unit).toBe(Unit.CpuNs);
  });

  it('is blocked by who called what, which adds up to all of it', () => {
    const { profile } = split.blocked;
    const name = (func: number) => (func === NO_FUNCTION ? '–' : functionName(profile, func));
    const causes = blockedCauses(split.blocked);
    expect(causes.map(({ caller, callee, weight }) => [name(caller), name(callee), ms(weight)])).toEqual([
      ['wait', '–', 399],
      ['run', 'spawnSync', 48],
      ['load', 'readFileSync', 36],
      ['–', 'open', 4],
      ['hot', '–', 2],
    ]);
  });

  it('of the main threads leaves out workers, which wait for their work', () => {
    expect(ms(splitMainThreads(split).blocked.total)).toBe(90);
  });

  it('is in the summary beside what was there before', () => {
    const { totals, functions, culprit, blocked, layers, threads } = summarize(select(waiting()));
    expect(totals).toMatchObject({
      ...{ weightKind: 'wall', sampledMs: 605, idleMs: 200, cpuMs: null },
      ...{ sampledCpuMs: 107, blockedMs: 489, runDelayMs: 9, idleCpuMs: 2 },
    });
    expect(functions.find(({ name }) => name === 'load')).toMatchObject({
      ...{ selfMs: 10, totalMs: 50, selfCpuMs: 10, cpuMs: 14, selfBlockedMs: 0, blockedMs: 36 },
    });
    expect(culprit).toMatchObject({ name: 'hot', share: 90 / 107 });
    expect(blocked).toMatchObject({ totalMs: 489, mainShare: 90 / 405 });
    expect(blocked!.causes[1]).toMatchObject({ caller: { name: 'run' }, in: 'spawnSync', ms: 48 });
    expect(layers.find(({ layer }) => layer === 'v8')).toMatchObject({ selfMs: 95, cpuMs: 6, blockedMs: 88 });
    expect(threads.map(({ sampledCpuMs, blockedMs }) => [sampledCpuMs, blockedMs])).toEqual([
      [1, 399],
      [106, 90],
    ]);
  });
});

it('where some samples do not tell, they are in no part', () => {
  const split = splitTime(select(profileOf('a 10 4+1/ms \n b 20', { unit: Unit.WallNs })))!;
  expect([split.cpu.total, split.delay.total, split.blocked.total].map(ms)).toEqual([4, 1, 5]);
  expect(ms(split.cpu.unknown)).toBe(20);
});

describe('of other recordings', () => {
  it('nothing is known of wall time alone', () => {
    const selection = select(profileOf('a 10', { unit: Unit.WallNs }));
    expect(splitTime(selection)).toBeUndefined();
    expect(summarize(selection)).toMatchObject({
      blocked: null,
      totals: { sampledCpuMs: null, blockedMs: null },
    });
    expect(summarize(selection).functions[0]).toMatchObject({ totalMs: 10, cpuMs: null, blockedMs: null });
  });

  it('CPU time is all CPU time', () => {
    const { functions, totals } = summarize(select(profileOf('a;b 10')));
    expect(totals).toMatchObject({ sampledCpuMs: 10, blockedMs: null });
    expect(functions.map(({ cpuMs, selfCpuMs }) => [cpuMs, selfCpuMs])).toEqual([
      [10, 10],
      [10, 0],
    ]);
  });
});

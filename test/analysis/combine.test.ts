import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineProfiles } from '../../src/analysis/combine/index.js';
import { functionName } from '../../src/analysis/function-names.js';
import { select } from '../../src/analysis/selection.js';
import { summarize } from '../../src/analysis/summary.js';
import type { Profile } from '../../src/profile/profile.js';
import { ThreadRole } from '../../src/profile/threads.js';
import { validate } from '../../src/profile/validate.js';
import { generatedProfile } from '../profile/generated-profile.js';
import { addSamples, addThread, profileOf } from '../profiles.js';

const two = (merge: boolean, ...profiles: Profile[]) =>
  combineProfiles(
    profiles.map((profile, i) => ({ name: `file-${i}`, profile })),
    { merge },
  );

const commands = ({ processes }: Profile) =>
  Array.from({ length: processes.length }, (_, id) => processes.command(id));

describe('side by side', () => {
  it('each recording has processes of its own, and functions are the same', () => {
    const both = two(false, profileOf('main;work 3'), profileOf('main;work 4\nmain;other 1'));
    expect(both.processes.length).toBe(2);
    expect(both.series.map(({ totalWeight }) => totalWeight)).toEqual([3e6, 5e6]);
    const { functions } = summarize(select(both));
    expect(functions.map(({ name, selfMs }) => `${name} ${selfMs}`)).toEqual(['work 7', 'other 1', 'main 0']);
  });

  it('a process without a command is called as its file', () => {
    const [first, second] = [profileOf('a 1'), profileOf('b 1')];
    first.processes.setCommand(0, '');
    expect(commands(two(false, first, second))).toEqual(['file-0', 'node main.js']);
    expect(commands(two(true, first, second))).toEqual(['', 'node main.js']);
  });

  it('they stand on one time line where all tell when they began', () => {
    const [first, second] = [profileOf('a 10'), profileOf('b 10')];
    first.info.startedMs = 1_000_500;
    second.info.startedMs = 1_000_000;
    const both = two(false, first, second);
    expect(both.series.map(({ times }) => times.data[0])).toEqual([500_000, 0]);
    expect(both.info).toMatchObject({ startedMs: 1_000_000, durationUs: 510_000 });
    second.info.startedMs = 0;
    expect(two(false, first, second).series.map(({ times }) => times.data[0])).toEqual([0, 0]);
  });
});

describe('summed up', () => {
  it('processes of one command are one, and in them threads of one role and name', () => {
    const [first, second] = [profileOf('main;work 3'), profileOf('main;work 4')];
    const gc = addThread(second, { tid: 7, role: ThreadRole.Gc, cpuMs: 2 });
    addSamples(second, gc, 'collect#v8 2');
    const sum = two(true, first, second);
    expect(sum.processes.length).toBe(1);
    expect(sum.threads.length).toBe(2);
    expect(sum.series.map(({ totalWeight }) => totalWeight)).toEqual([7e6, 2e6]);
    expect([...sum.series[0].times.data.subarray(0, 2)]).toEqual([0, 3000]);
    expect(sum.info.durationUs).toBe(3000 + second.info.durationUs);
  });

  it('threads that are called the same within a recording stay apart', () => {
    const make = () => {
      const profile = profileOf('main 1');
      for (const tid of [11, 12])
        addSamples(profile, addThread(profile, { tid, role: ThreadRole.Pool }), 'read#libc 1');
      return profile;
    };
    expect(two(true, make(), make()).threads.length).toBe(3);
  });
});

it('names of different recordings that are different scripts of one url stay so', () => {
  const make = () => {
    const profile = profileOf('main 1');
    for (const line of [1, 2]) {
      const script = profile.scripts.add('/eval.js');
      profile.functions.intern({ name: `f${line}`, script, mapping: 0, line, column: 1 }, 9, '');
    }
    return profile;
  };
  const both = two(false, make(), make());
  const urls = Array.from({ length: both.scripts.length }, (_, id) => both.scripts.url(id));
  expect(urls.filter((url) => url === '/eval.js')).toHaveLength(2);
  const names = Array.from({ length: both.functions.length }, (_, id) => functionName(both, id));
  expect(names.filter((name) => name === 'f1')).toHaveLength(1);
});

it('conserves samples, weights and operations of whatever was recorded, in a sound profile', () => {
  const sums = (profile: Profile) => ({
    samples: profile.series.reduce((sum, { pending }) => sum + pending, 0),
    operations: profile.operations.length,
  });
  fc.assert(
    fc.property(generatedProfile, generatedProfile, (first, second) => {
      const both = two(false, first, second);
      validate(both);
      const [a, b] = [sums(first), sums(second)];
      expect(sums(both)).toEqual({ samples: a.samples + b.samples, operations: a.operations + b.operations });
      expect(sums(two(true, first, second))).toEqual(sums(both));
    }),
    { numRuns: 100 },
  );
});

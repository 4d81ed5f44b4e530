import { expect, test } from 'vitest';
import { HOLDINGS } from '../../src/formats/format.js';
import { holdingsOf } from '../../src/formats/holdings.js';
import { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { addSamples, addThread, profileOf } from '../profiles.js';

test('an empty recording has nothing', () => {
  expect([...holdingsOf(new Profile())]).toEqual([]);
});

test('each thing is seen where it is', () => {
  const profile = profileOf('main@/app/a.js:3:1!4;concat#v8;deep#dependency/lib~turbofan 1\nmain 2');
  addSamples(profile, addThread(profile, { tid: 2, cpuMs: 1 }), 'read#kernel 1');
  expect(HOLDINGS.filter((holding) => !holdingsOf(profile).has(holding))).toEqual([
    'cpu time',
    'processes',
    'inlining',
    'operations',
  ]);
  addSamples(profile, 0, 'main 2 1+0/ms', { unit: Unit.WallNs });
  expect(holdingsOf(profile).has('cpu time')).toBe(true);
  profile.operations.add({ kind: 1, thread: 0 });
  const process = profile.processes.add({ pid: 2, parent: 0, start: 0, command: '' });
  addSamples(profile, addThread(profile, { tid: 3, process }), 'main 1');
  profile.frames.intern({
    func: 0,
    line: 0,
    column: 0,
    tier: 0,
    kind: 0,
    inlined: 1,
    addressLo: 0,
    addressHi: 0,
  });
  expect(holdingsOf(profile)).toEqual(new Set(HOLDINGS));
});

test('counts of one sample each, without times, are no weights', () => {
  const profile = profileOf('main 1');
  profile.series.length = 0;
  const series = profile.addSeries(0, 'stacks', Unit.Count, false);
  for (let i = 0; i < 3; i++) series.add(0, 1, 1);
  expect(holdingsOf(profile).has('weights')).toBe(false);
  expect(holdingsOf(profile).has('times')).toBe(false);
});

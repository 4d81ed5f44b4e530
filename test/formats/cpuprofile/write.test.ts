import { describe, expect, it } from 'vitest';
import { CALL_FRAME } from '../../../src/profile/frames.js';
import { Layer } from '../../../src/profile/layers.js';
import { Unit } from '../../../src/profile/series.js';
import { ThreadRole } from '../../../src/profile/threads.js';
import { addSamples, addThread, internStack, profileOf } from '../../profiles.js';
import { fixture, readText, stackTimes, writeText, written } from './bytes.js';

describe('a .cpuprofile we write', () => {
  it('has the weights of the samples, and gaps as idle time', async () => {
    const profile = profileOf('', { unit: Unit.CpuNs });
    const [series] = profile.series;
    series.add(10_000, internStack(profile, 'main;a'), 1_003_009);
    series.add(11_003, internStack(profile, 'main;b'), 1_003_009);
    series.add(500_000, internStack(profile, 'main;a'), 1_003_009);
    const file = await written(profile);
    const times = stackTimes(file);
    expect(times.get('main;a')! + times.get('main;b')!).toBeCloseTo(3009.027, -0.5);
    expect(times.get('(idle)')).toBeGreaterThan(490_000);
    expect(file.endTime - file.startTime).toBeGreaterThan(499_990);
    expect(file.endTime - file.startTime).toBeLessThan(500_010);
  });

  it('tells where the last sample ends, by one of no length', async () => {
    const profile = profileOf('main;a 5\nmain;b 7');
    const file = await written(profile);
    const idle = file.nodes.find(({ callFrame }) => callFrame.functionName === '(idle)')!;
    expect(file.samples.at(-1)).toBe(idle.id);
    expect(file.timeDeltas).toEqual([0, 5000, 7000]);
    expect(file.endTime - file.startTime).toBe(12_000);
    expect((await readText(await writeText(profile))).series[0].sampleCount).toBe(2);
    expect((await written(profileOf(''))).samples).toEqual([]);
  });

  it('has idle time in its hit counts too', async () => {
    const profile = profileOf('', { unit: Unit.CpuNs });
    for (const ms of [1, 2, 1000]) profile.series[0].add(ms * 1000, internStack(profile, 'main'), 1e6);
    const hits = (await written(profile)).nodes.map(({ callFrame, hitCount }) => [
      callFrame.functionName,
      hitCount,
    ]);
    expect(hits).toEqual([
      ['(root)', 0],
      ['(idle)', 997],
      ['main', 3],
    ]);
  });

  it('is about the heaviest of several events', async () => {
    const profile = profileOf('main;a 5', { event: 'task-clock' });
    addSamples(profile, 0, 'main;b 7', { event: 'cpu-clock' });
    const times = stackTimes(await written(profile));
    expect(times.get('main;b')).toBe(7000);
    expect(times.has('main;a')).toBe(false);
  });

  it('names native code without a name by its library, and reads it as unnamed', async () => {
    const profile = profileOf('main@/usr/bin/node#node;()@/usr/lib/libc.so.6#libc;()#unknown 1');
    const names = (await written(profile)).nodes.map(({ callFrame }) => callFrame.functionName);
    expect(names.slice(2)).toEqual(['main', '[libc.so.6]', '[unknown]']);
    const { functions } = await readText(await writeText(profile));
    const read = Array.from({ length: functions.length }, (_, id) => functions.name(id));
    expect(read.filter((name) => name === '')).toHaveLength(2);
  });

  it('loses no microsecond to rounding', async () => {
    const profile = profileOf('', { unit: Unit.CpuNs });
    const stack = internStack(profile, 'main;a');
    let time = 0;
    for (let i = 0; i < 20_000; i++) {
      time += 1003 + (i % 7) * 401;
      profile.series[0].add(time, stack, 1_003_009 + (i % 3));
    }
    const times = stackTimes({ ...(await written(profile)) });
    expect(Math.abs(times.get('main;a')! - profile.series[0].totalWeight / 1000)).toBeLessThan(1);
  });

  it('keeps threads apart, one after the other, each under its name', async () => {
    const profile = profileOf('main;a 5\nmain;b 7');
    const worker = addThread(profile, { tid: 9, name: 'resizer', role: ThreadRole.Worker });
    addSamples(profile, worker, 'main;a 11\n[idle] 100', { unit: Unit.CpuNs });
    const times = stackTimes(await written(profile));
    expect(Object.fromEntries(times)).toMatchObject({
      'node (process 1, thread 1);main;a': 5000,
      'node (process 1, thread 1);main;b': 7000,
      'resizer (process 1, thread 9);main;a': 11_000,
      '(idle)': 100_000,
    });
  });

  it('writes functions as V8 does', async () => {
    const profile = profileOf('main@/app/a b.js:10:5;read@/usr/bin/node#node;f@node:fs:3:1#node-js 1');
    const frames = (await written(profile)).nodes.map(({ callFrame }) => callFrame);
    expect(frames).toContainEqual(
      expect.objectContaining({ functionName: 'read', scriptId: '0', url: '/usr/bin/node', lineNumber: -1 }),
    );
    expect(frames).toContainEqual(
      expect.objectContaining({ functionName: 'f', url: 'node:fs', lineNumber: 2, columnNumber: 0 }),
    );
    expect(frames).toContainEqual(
      expect.objectContaining({ url: 'file:///app/a%20b.js', lineNumber: 9, columnNumber: 4 }),
    );
    expect(new Set(frames.map(({ scriptId }) => scriptId)).size).toBe(3);
  });

  it('survives hostile names', async () => {
    const name = '"\\\u2028</script>\n;\u0000__proto__\u001b[31m';
    const profile = profileOf('main 1');
    const { functions, frames, stacks } = profile;
    const func = functions.intern({ name, script: 0, mapping: 0, line: 0, column: 0 }, Layer.Unknown, '');
    profile.series[0].add(2000, stacks.intern(0, frames.intern({ ...CALL_FRAME, func })), 1e6);
    const nodes = (await written(profile)).nodes.map(({ callFrame }) => callFrame.functionName);
    expect(nodes).toEqual(['(root)', '(idle)', 'main', name]);
  });

  it('writes stacks of 10,000 frames and reads them again', async () => {
    const profile = profileOf(`${Array.from({ length: 10_000 }, (_, i) => `f${i}`).join(';')} 3`);
    const again = await readText(await writeText(profile));
    expect(again.stacks.depth(again.series[0].stacks.data[0])).toBe(10_000);
    expect(again.series[0].totalWeight).toBe(3e6);
  });

  it.each([20, 22, 24, 26, 'chrome-156'])(
    'what was read from %s is the same when written and read again',
    async (node) => {
      const first = await written(await readText(fixture(node)));
      const text = await writeText(await readText(JSON.stringify(first)));
      expect(stackTimes(JSON.parse(text))).toEqual(stackTimes(first));
      const original = JSON.parse(fixture(node));
      const [, ...deltas] = original.timeDeltas;
      expect(stackTimes(first)).toEqual(
        stackTimes({
          ...original,
          startTime: original.startTime + original.timeDeltas[0],
          timeDeltas: [0, ...deltas],
        }),
      );
    },
  );
});

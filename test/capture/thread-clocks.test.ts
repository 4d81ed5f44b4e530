import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ThreadClocks, timesAt } from '../../src/capture/thread-clocks.js';
import { NO_PROCESS } from '../../src/profile/processes.js';
import { Profile } from '../../src/profile/profile.js';
import { Target } from './attach/targets.js';

let target: Target;

beforeEach(async () => {
  target = await Target.start(22, []);
});
afterEach(() => target[Symbol.asyncDispose]());

function profileOf(pid: number): Profile {
  const profile = new Profile();
  const process = profile.processes.add({ pid, parent: NO_PROCESS, start: 0, command: 'node' });
  profile.threads.add(process, pid, 'main', 0);
  return profile;
}

const nowUs = () => Number(process.hrtime.bigint() / 1000n);

/** Reads its clocks until its main thread, which is busy, has used so many ms of CPU since the first reading. */
async function readUntil(clocks: ThreadClocks, ms: number): Promise<void> {
  const used = () => Number(readFileSync(`/proc/${target.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  for (const began = used(); used() - began < ms; ) {
    clocks.read([target.pid]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  clocks.read([target.pid]);
}

describe('the clocks of a running program', () => {
  it('tell what its threads have used since the base, those without samples too', async () => {
    const clocks = new ThreadClocks();
    clocks.read([target.pid], true);
    await readUntil(clocks, 100);
    const profile = profileOf(target.pid);
    clocks.fill(profile);
    const { chargedCpu, runDelay, tid } = profile.threads.columns;
    expect(chargedCpu.data[0] / 1e6).toBeGreaterThan(80);
    expect(chargedCpu.data[0] / 1e6).toBeLessThan(1000);
    expect(runDelay.data[0]).toBeGreaterThanOrEqual(0);
    const others = Array.from(tid.data.subarray(1, profile.threads.length));
    expect(others).not.toContain(target.pid);
  });

  it('go up, in order of time, between two times, and what was asked for is not kept', async () => {
    const clocks = new ThreadClocks();
    const beganUs = nowUs();
    await readUntil(clocks, 60);
    const middleUs = nowUs();
    await readUntil(clocks, 60);
    const all = clocks.between(target.pid, target.pid, beganUs, nowUs());
    expect(all.length).toBeGreaterThan(3);
    for (let i = 1; i < all.length; i++) {
      expect(all[i].timeUs).toBeGreaterThan(all[i - 1].timeUs);
      expect(all[i].cpuNs).toBeGreaterThanOrEqual(all[i - 1].cpuNs);
    }
    const later = clocks.between(target.pid, target.pid, middleUs, nowUs());
    expect(later).toEqual(all.filter(({ timeUs }) => timeUs > middleUs));
    expect(clocks.between(target.pid, target.pid, beganUs, middleUs)).toEqual([]);
    expect(clocks.at(target.pid, target.pid, beganUs)).toBeUndefined();
  });

  it('leave out whom they are told to', async () => {
    const clocks = new ThreadClocks();
    await readUntil(clocks, 20);
    expect(clocks.takeOut(target.pid, target.pid)).toBeGreaterThan(20e6);
    expect(clocks.takeOut(target.pid, target.pid)).toBe(0);
    const profile = profileOf(target.pid);
    clocks.fill(profile);
    expect(profile.threads.columns.chargedCpu.data[0]).toBeNaN();
  });

  it('of a process that is gone are none', () => {
    const clocks = new ThreadClocks();
    clocks.read([2 ** 22 + 1]);
    const profile = profileOf(2 ** 22 + 1);
    clocks.fill(profile);
    expect(profile.threads.length).toBe(1);
  });
});

it('between two readings time goes by evenly', () => {
  const readings = [
    { timeUs: 100, cpuNs: 1000, delayNs: 0 },
    { timeUs: 200, cpuNs: 2000, delayNs: 500 },
    { timeUs: 300, cpuNs: 2000, delayNs: 500 },
  ];
  expect(timesAt(readings, 150)).toEqual({ timeUs: 150, cpuNs: 1500, delayNs: 250 });
  expect(timesAt(readings, 200)).toEqual({ timeUs: 200, cpuNs: 2000, delayNs: 500 });
  expect(timesAt(readings, 400)).toEqual({ timeUs: 400, cpuNs: 2000, delayNs: 500 });
});

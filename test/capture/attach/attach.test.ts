import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NODES, nodePath } from '../v8/launch.js';
import { attachFor, shareOf, Target } from './targets.js';

/** Long enough for `hot` to be compiled by the last compiler. */
const WARM_MS = 2500;

describe.each(NODES)('a running Node %i', (version) => {
  it('is recorded with the functions that were compiled before, in each thread, and left as found', async () => {
    await using target = await Target.start(version, ['worker']);
    await sleep(WARM_MS);
    const { longestMs: _, ...before } = await target.facts();
    const profile = await attachFor(target.pid, 1500);
    const { longestMs, ...after } = await target.facts();
    expect(after).toEqual(before);

    expect(shareOf(profile, 'hot', 0)).toBeGreaterThan(0.95);
    expect(shareOf(profile, 'leaf', 1)).toBeGreaterThan(0.9);
    const { threads, processes } = profile;
    expect(processes.columns.pid.data[0]).toBe(target.pid);
    expect(processes.command(0)).toContain('hot.cjs worker');
    expect(processes.nodeVersion(0)).toMatch(new RegExp(`^${version}\\.`));
    expect(threads.columns.tid.data[0]).toBe(target.pid);
    expect(threads.columns.tid.data[1]).toBeGreaterThan(target.pid);
    for (const thread of [0, 1]) expect(threads.columns.chargedCpu.data[thread]).toBeGreaterThan(100e6);
    expect(longestMs).toBeGreaterThan(0);
    expect(profile.quality.notes.find(({ code }) => code === 'ATTACH_PAUSE')?.message).toMatch(
      /once, process \d+: [\d.]+ ms \(\d+ ms predicted\), inspector open for \d+ ms\.$/,
    );

    const second = await attachFor(target.pid, 500);
    expect(shareOf(second, 'hot', 0)).toBeGreaterThan(0.9);
    expect({ ...(await target.facts()), longestMs: 0 }).toEqual({ ...before, longestMs: 0 });
  });

  it('ends when it has nothing more to do', async () => {
    const source = 'setTimeout(() => process.stdout.write("up"), 500); setTimeout(() => {}, 2000)';
    const child = spawn(nodePath(version), ['--inspect-port=0', '-e', source]);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    const profile = await attachFor(child.pid!, 60_000);
    expect(profile.processes.columns.exit.data[0]).toBe(0);
    expect(await ended).toEqual([0, null]);
  });

  it('is recorded in an endless loop', async () => {
    await using target = await Target.start(version, ['forever']);
    await sleep(WARM_MS);
    const notices: string[] = [];
    const profile = await attachFor(target.pid, 1000, { notice: (message) => notices.push(message) });
    expect(shareOf(profile, 'hot', 0)).toBeGreaterThan(0.95);
    expect(notices).toEqual([
      `a thread of ours sleeps in process ${target.pid} until its main thread comes back to its event loop`,
    ]);
  });

  it('is recorded whatever it has done to its built-ins', async () => {
    await using target = await Target.start(version, ['hostile']);
    const profile = await attachFor(target.pid, 700);
    expect(shareOf(profile, 'hot', 0)).toBeGreaterThan(0.9);
    expect(target.stderr).not.toContain('patched');
  });
});

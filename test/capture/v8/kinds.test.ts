import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FrameKind } from '../../../src/profile/frames.js';
import { LAYER_NAMES } from '../../../src/profile/layers.js';
import { NO_PROCESS } from '../../../src/profile/processes.js';
import type { Profile } from '../../../src/profile/profile.js';
import { ThreadRole } from '../../../src/profile/threads.js';
import { millisecondsBy, NODES, noteCodes, record, run } from './launch.js';

const programs = join(import.meta.dirname, 'programs');

/** The pid of the process whose samples hold the function. */
function pidsOf(profile: Profile, name: string): number[] {
  const { threads, processes } = profile;
  const owners = profile.threads.columns.tid.data.slice(0, threads.length);
  return [...owners.keys()]
    .filter((thread) => (millisecondsBy(profile, 'total', thread).get(name) ?? 0) > 15)
    .map((thread) => processes.columns.pid.data[threads.columns.process.data[thread]]);
}

function functionNamed(profile: Profile, name: string): { url: string; line: number; layer: string } {
  const { functions, scripts } = profile;
  const id = Array.from({ length: functions.length }, (_, i) => i).find((i) => functions.name(i) === name)!;
  return {
    url: scripts.url(functions.columns.script.data[id]),
    line: functions.columns.line.data[id],
    layer: LAYER_NAMES[functions.layer(id)],
  };
}

describe.each(NODES)('Node %i', (node) => {
  it('records the main thread, workers and children, and code of every kind', async () => {
    const { profile, stdout, stderr, code } = await record(node, [join(programs, 'family.mjs')]);
    expect([stderr, code]).toEqual(['', 0]);
    const pids = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')),
    );
    expect(Object.keys(pids)).toEqual(['main', 'forked', 'spawned', 'clustered']);
    expect(pidsOf(profile, 'generate')).toEqual([Number(pids.main)]);
    expect(pidsOf(profile, 'inWorker')).toEqual([Number(pids.main)]);
    expect(pidsOf(profile, 'inForked')).toEqual([Number(pids.forked)]);
    expect(pidsOf(profile, 'inSpawned')).toEqual([Number(pids.spawned)]);
    expect(pidsOf(profile, 'inClustered')).toEqual([Number(pids.clustered)]);

    const { processes, threads } = profile;
    expect([...processes.columns.parent.data.slice(0, processes.length)]).toEqual([NO_PROCESS, 0, 0, 0]);
    expect([...processes.columns.exit.data.slice(0, processes.length)]).toEqual([0, 0, 0, 0]);
    expect(processes.nodeVersion(0)).toMatch(new RegExp(`^${node}\\.`));
    expect(processes.command(1)).toMatch(/^node .*family\.mjs forked$/);
    const roles = [...threads.columns.role.data.slice(0, threads.length)];
    expect(roles.filter((role) => role === ThreadRole.Worker)).toHaveLength(1);
    expect(threads.name(1)).toBe('worker 2');
    for (let id = 0; id < threads.length; id++) {
      expect(threads.columns.chargedCpu.data[id]).toBeGreaterThan(20e6);
      expect(threads.columns.tid.data[id]).toBeGreaterThan(1);
    }

    const total = millisecondsBy(profile, 'total');
    for (const name of ['generate', 'get area', 'evaluated', 'inVm', 'wasm-function[0]']) {
      expect(
        total.get(name) ?? total.get(name.replace('get ', '')) ?? 0,
        `${name} of ${[...total].join(' ')}`,
      ).toBeGreaterThan(15);
    }
    expect(functionNamed(profile, 'inVm')).toEqual({
      url: '/virtual/in-vm.js',
      line: 1,
      layer: 'application',
    });
    expect(functionNamed(profile, 'generate')).toMatchObject({
      url: join(programs, 'family.mjs'),
      layer: 'application',
    });
  });

  it('adds up to the time covered', async () => {
    const { profile } = await record(node, [join(programs, 'endings.cjs'), 'terminate']);
    for (const series of profile.series) {
      const last = series.pending - 1;
      const from = series.times.data[0];
      const until = series.times.data[last] + series.weights.data[last] / 1000;
      expect(series.totalWeight / 1000).toBeCloseTo(until - from, -1);
    }
    expect(noteCodes(profile)).not.toContain('V8_HOLES');
  });

  it('leaves a program alone that has its own profiler and has replaced what we use', async () => {
    const args = [join(programs, 'own-tools.cjs')];
    const [plain, recorded] = [await run(node, args), await record(node, args)];
    expect(plain.stdout).toBe('own profile: null true\n');
    expect({ ...plain }).toEqual({ stdout: recorded.stdout, stderr: recorded.stderr, code: 0, signal: null });
    expect(millisecondsBy(recorded.profile, 'total').get('spin')).toBeGreaterThan(30);
  });

  it('cuts deep stacks at the innermost 255 frames and says so', async () => {
    const { profile } = await record(node, [join(programs, 'deep.cjs')]);
    const { stacks, frames } = profile;
    const cut = new Set<number>();
    for (const [series] of [profile.series]) {
      for (let i = 0; i < series.pending; i++) {
        let at = series.stacks.data[i];
        while (stacks.columns.parent.data[at] > 0) at = stacks.columns.parent.data[at];
        if (frames.kind(stacks.columns.frame.data[at]) === FrameKind.Truncated)
          cut.add(stacks.depth(series.stacks.data[i]));
      }
    }
    expect(Math.min(...cut)).toBeGreaterThan(255);
    expect(millisecondsBy(profile, 'total').get('descend')).toBeGreaterThan(100);
    expect(millisecondsBy(profile, 'total').get('(truncated)')).toBeGreaterThan(100);
  });

  it('leaves children out when they are not wanted', async () => {
    const { profile, stdout } = await record(node, [join(programs, 'family.mjs')], { children: false });
    expect(stdout).toMatch(/^clustered \d+$/m);
    expect(profile.processes.length).toBe(1);
    expect(pidsOf(profile, 'inWorker')).toHaveLength(1);
  });

  it('waits for the delay', async () => {
    const { profile } = await record(node, [join(programs, '../../../programs/shares.mjs'), '0.6'], {
      delayMs: 400,
    });
    expect(profile.series[0].times.data[0]).toBeGreaterThanOrEqual(400_000);
    expect(profile.series[0].totalWeight).toBeGreaterThan(50e6);
  });

  it.each([
    ['--frozen-intrinsics'],
    ['--disable-proto=delete'],
    ['--jitless'],
    ['--max-old-space-size=40'],
    ['--inspect=127.0.0.1:0'],
  ])('works under %s', async (flag) => {
    const { profile, code } = await record(node, [flag, join(programs, 'endings.cjs'), 'exit']);
    expect(code).toBe(3);
    expect(millisecondsBy(profile, 'total').get('last')).toBeGreaterThan(50);
  });

  it('lets a program run that forbids threads or the inspector, and says so', async () => {
    const flags = node === 20 ? ['--experimental-permission'] : ['--permission'];
    const args = [...flags, '--allow-fs-read=*', join(programs, 'endings.cjs'), 'exit'];
    const recorded = await record(node, args);
    expect([recorded.stdout, recorded.code]).toEqual(['', 3]);
    expect(noteCodes(recorded.profile)).toEqual(['V8_NO_AGENT']);
  });

  it('is seen by the program only so far', async () => {
    const args = [join(programs, 'traces.cjs')];
    const [plain, recorded] = [await run(node, args), await record(node, args)];
    const [main, worker] = recorded.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [plainMain, plainWorker] = plain.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const count = (listeners: Record<string, number>, name: string) => listeners[name] ?? 0;
    expect(main).toEqual({
      ...plainMain,
      env: [...plainMain.env, 'NODE_OPTIONS', 'STACKSCOPE_V8'].sort(),
      listeners: {
        ...plainMain.listeners,
        exit: count(plainMain.listeners, 'exit') + 1,
        newListener: count(plainMain.listeners, 'newListener') + 1,
        removeListener: count(plainMain.listeners, 'removeListener') + 1,
      },
      resources: main.resources,
    });
    expect(worker).toEqual({
      ...plainWorker,
      threadId: 2,
      env: main.env,
      listeners: { ...plainWorker.listeners, exit: count(plainWorker.listeners, 'exit') + 1 },
      resources: worker.resources,
    });
  });
});

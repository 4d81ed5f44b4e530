import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { select } from '../../../src/analysis/selection.js';
import { summarize } from '../../../src/analysis/summary.js';
import { Unit } from '../../../src/profile/series.js';
import { NODES, noteCodes } from '../v8/launch.js';
import { checkThreads, functionShare, weightOf } from './checks.js';
import { attachFor, Target } from './targets.js';

const WARM_MS = 2500;

describe.each(NODES)("perf and V8's profiler attached to Node %i", (version) => {
  it('takes the names of JavaScript from V8, which records beside it', async () => {
    await using target = await Target.start(version, ['worker']);
    await sleep(WARM_MS);
    const { longestMs: _, ...before } = await target.facts();
    const said: string[] = [];
    const profile = await attachFor(
      target.pid,
      2000,
      { recording: ({ engine, why }) => said.push(engine, why) },
      { engine: 'auto' },
    );
    const { longestMs: __, ...after } = await target.facts();
    expect(after).toEqual(before);
    expect(said).toEqual(['perf+v8', expect.stringContaining('started without --perf-basic-prof')]);
    expect(profile.info.engine).toBe('perf+v8');
    checkThreads(profile);

    expect(functionShare(profile, 'hot')).toBeGreaterThan(0.2);
    expect(functionShare(profile, 'leaf')).toBeGreaterThan(0.9);
    const summary = summarize(select(profile));
    expect(summary.totals.weightKind).toBe('cpu');
    expect(summary.totals.sampledMs).toBeCloseTo(weightOf(profile, Unit.CpuNs) / 1e6, 3);
    expect(summary.culprit?.file).toContain('hot.cjs');
    const layers = new Set(summary.functions.map(({ layer }) => layer));
    for (const layer of ['libuv', 'node', 'v8'] as const) expect(layers).toContain(layer);
    // What is mapped between perf's start and the recording's is known too.
    const unmapped = summary.functions.find(({ file }) => file === '[unmapped]');
    expect(unmapped?.totalShare ?? 0).toBeLessThan(0.05);
    // Where many wait for a CPU, more is sampled than was charged.
    expect(summary.totals.sampledMs / summary.totals.cpuMs!).toBeGreaterThan(0.8);
    const ofMain = summary.threads.filter(({ tid }) => tid === target.pid);
    expect(ofMain).toMatchObject([{ role: 'main', name: 'main' }]);
    expect(summary.threads.filter(({ role }) => role === 'worker')).toHaveLength(1);
    // V8's samples tell CPU time, and what perf's of the same threads add up to is about that, though begun a little later.
    const { sampledCpuMs } = summary.javascript!;
    expect(sampledCpuMs! / summary.totals.sampledMs).toBeGreaterThan(0.7);
    expect(sampledCpuMs! / summary.totals.sampledMs).toBeLessThan(2);
    expect(ofMain[0].blockedMs).not.toBeNull();
    expect(noteCodes(profile)).toContain('JIT_NAMES_FROM_V8');
    expect(profile.processes.command(0)).toContain('hot.cjs worker');
  });
});

describe("perf and V8's profiler attached", () => {
  it('stays alone where V8 cannot be brought in', async () => {
    await using target = await Target.start(24, [], ['--disable-sigusr1']);
    const notices: string[] = [];
    const events = { notice: (message: string) => notices.push(message) };
    const profile = await attachFor(target.pid, 700, events, { engine: 'auto' });
    expect(profile.info.engine).toBe('perf');
    expect(weightOf(profile, Unit.CpuNs)).toBeGreaterThan(20e6);
    expect(noteCodes(profile)).toContain('ATTACH_PERF_ALONE');
    expect(notices).toEqual([expect.stringMatching(/cannot name .* runs with --disable-sigusr1/)]);
    await using large = await Target.start(22, ['heap']);
    const limited = await attachFor(large.pid, 300, {}, { engine: 'auto', maxPauseMs: 15 });
    expect(noteCodes(limited)).toContain('ATTACH_PERF_ALONE');
  });

  it('records up to the death of the program', async () => {
    await using target = await Target.start(24, ['worker']);
    const notices: string[] = [];
    const profile = await attachFor(
      target.pid,
      20_000,
      {
        recording: () => void setTimeout(() => target.child.kill('SIGKILL'), 1200),
        notice: (message) => notices.push(message),
      },
      { engine: 'auto' },
    );
    checkThreads(profile);
    expect(notices).toEqual([`process ${target.pid} has ended; the recording goes up to then`]);
    expect(weightOf(profile, Unit.CpuNs)).toBeGreaterThan(20e6);
    expect(noteCodes(profile)).not.toContain('PERF_ENDED_EARLY');
  });

  it('records several processes at once, each in its own rows', async () => {
    await using one = await Target.start(22, []);
    await using other = await Target.start(24, []);
    const profile = await attachFor(one.pid, 1000, {}, { pids: [one.pid, other.pid], engine: 'auto' });
    checkThreads(profile);
    const pids = [...profile.processes.columns.pid.data.subarray(0, profile.processes.length)];
    expect(pids).toEqual([one.pid, other.pid]);
    for (const unit of [Unit.CpuNs, Unit.WallNs]) {
      const seen = profile.series.filter((series) => series.unit === unit && series.sampleCount > 10);
      expect(new Set(seen.map(({ thread }) => profile.threads.columns.process.data[thread])).size).toBe(2);
    }
  });

  it('leaves nothing behind', async () => {
    const places = [process.cwd(), tmpdir(), `${process.env['HOME']}`];
    const list = () =>
      places.flatMap((place) => readdirSync(place).filter((name) => /perf|\.debug|stackscope-/.test(name)));
    const before = list();
    await using target = await Target.start(26, []);
    await attachFor(target.pid, 400, {}, { engine: 'auto' });
    expect(
      list().filter((name) => !before.includes(name) && !/^attach-perf-|^perf-\d+\.map$/.test(name)),
    ).toEqual([]);
  });
});

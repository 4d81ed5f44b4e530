import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../../src/analysis/selection.js';
import { summarize } from '../../../src/analysis/summary.js';
import { LAYER_NAMES } from '../../../src/profile/layers.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { NODES, noteCodes } from '../v8/launch.js';
import { attachFor, Target } from './targets.js';

const WARM_MS = 2500;
const NAMING = ['--perf-basic-prof', '--interpreted-frames-native-stack'];

/** Where V8 leaves the log that the flags make it write. */
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/attach-perf-`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function functionShare(profile: Profile, name: string): number {
  const { functions, javascript } = summarize(select(profile));
  return (javascript ?? { functions }).functions.find((each) => each.name === name)?.totalShare ?? 0;
}

/** Each thread has one row, one series an event at most, and all weights are where their samples are. */
function checkThreads({ threads, series, processes }: Profile): void {
  const ids = Array.from({ length: threads.length }, (_, id) => threads.columns.tid.data[id]);
  expect(ids.length).toBe(new Set(ids).size);
  const pids = processes.columns.pid.data.subarray(0, processes.length);
  expect(pids.length).toBe(new Set(pids).size);
  const keys = series.map(({ thread, event }) => `${thread} ${event}`);
  expect(keys.length).toBe(new Set(keys).size);
  for (const { weights, pending, totalWeight } of series) {
    expect(weights.data.subarray(0, pending).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(
      totalWeight,
      0,
    );
  }
}

function weightOf(profile: Profile, unit: Unit): number {
  return profile.series.filter((each) => each.unit === unit).reduce((sum, each) => sum + each.totalWeight, 0);
}

describe.each(NODES)('perf attached to Node %i', (version) => {
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
    expect(noteCodes(profile)).toContain('JIT_NAMES_FROM_V8');
    expect(profile.processes.command(0)).toContain('hot.cjs worker');
  });

  it('names JavaScript by itself where V8 tells it, and does nothing to the program', async () => {
    await using target = await Target.start(version, ['worker'], [...NAMING, '--inspect-port=0'], directory);
    await sleep(WARM_MS);
    const { longestMs: _, ...before } = await target.facts();
    const profile = await attachFor(target.pid, 2000, {}, { engine: 'auto' });
    const { longestMs: __, ...after } = await target.facts();
    expect(after).toEqual(before);
    expect(target.stderr).toBe('');
    expect(profile.info.engine).toBe('perf');
    checkThreads(profile);
    expect(profile.series.every(({ event }) => event === 'cpu-clock')).toBe(true);
    expect(functionShare(profile, 'leaf')).toBeGreaterThan(0.9);
    const { quality, totals } = summarize(select(profile));
    expect(quality.wholeShare).toBeGreaterThan(0.95);
    expect(totals.sampledMs / totals.cpuMs!).toBeGreaterThan(0.8);
    expect(noteCodes(profile)).toEqual([]);
    // On one stack: the program's start, the event loop, the timer, the function.
    const { stacks, frames, functions } = profile;
    const layersOf = (stack: number) => {
      const found = new Set<string>();
      for (let at = stack; at !== 0; at = stacks.columns.parent.data[at]) {
        found.add(LAYER_NAMES[functions.layer(frames.func(stacks.columns.frame.data[at]))]);
      }
      return found;
    };
    const whole = ['libc', 'node', 'libuv', 'v8', 'node-js', 'application'];
    const main = profile.series.find(
      ({ thread }) => profile.threads.columns.tid.data[thread] === target.pid,
    )!;
    const ofMain = [...main.stacks.data.subarray(0, main.pending)].map(layersOf);
    const isWhole = ofMain.map((layers) => whole.every((layer) => layers.has(layer)));
    expect(isWhole.filter(Boolean).length / isWhole.length).toBeGreaterThan(0.9);
  });

  it('follows what is started meanwhile, unless told not to', async () => {
    await using target = await Target.start(version, [], NAMING, directory, 'family.cjs');
    const events = { recording: () => void target.child.stdin!.write('go\n') };
    const profile = await attachFor(target.pid, 1800, events, { engine: 'perf' });
    checkThreads(profile);
    expect(functionShare(profile, 'childWork')).toBeGreaterThan(0.1);
    expect(functionShare(profile, 'lateWorker')).toBeGreaterThan(0.1);
    expect(profile.processes.command(1)).toContain('family.cjs child');
    await target.says('done\n');
    const alone = await attachFor(target.pid, 1800, events, { engine: 'perf', children: false });
    expect(functionShare(alone, 'childWork')).toBe(0);
    expect(functionShare(alone, 'lateWorker')).toBeGreaterThan(0.1);
    expect(alone.processes.length).toBe(1);
  });
});

describe('perf attached', () => {
  it('says what it cannot name when it is to be alone, and does nothing to the program', async () => {
    await using target = await Target.start(24, []);
    const profile = await attachFor(target.pid, 700, {}, { engine: 'perf' });
    expect(profile.info.engine).toBe('perf');
    expect(noteCodes(profile)).toContain('JIT_NAMES_MISSING');
    expect(target.stderr).toBe('');
  });

  it('says what is lost without frames of interpreted functions', async () => {
    await using target = await Target.start(22, [], ['--perf-basic-prof'], directory);
    const profile = await attachFor(target.pid, 700, {}, { engine: 'auto' });
    expect(noteCodes(profile)).toEqual(['JIT_INTERPRETED_UNNAMED']);
  });

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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../../src/analysis/selection.js';
import { summarize } from '../../../src/analysis/summary.js';
import { LAYER_NAMES } from '../../../src/profile/layers.js';
import { NODES, noteCodes } from '../v8/launch.js';
import { checkThreads, functionShare } from './checks.js';
import { attachFor, Target } from './targets.js';

const WARM_MS = 2500;
const NAMING = ['--perf-basic-prof', '--interpreted-frames-native-stack'];

/** Where V8 leaves the log that the flags make it write. */
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/attach-perf-`);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(NODES)('perf attached to Node %i', (version) => {
  it('names JavaScript by itself where V8 tells it, and does nothing to the program', async () => {
    await using target = await Target.start(version, ['worker'], [...NAMING, '--inspect-port=0'], {
      cwd: directory,
    });
    await sleep(WARM_MS);
    const { longestMs: _, ...before } = await target.facts();
    const profile = await attachFor(target.pid, 2000, {}, { engine: 'auto' });
    const { longestMs: __, ...after } = await target.facts();
    expect(after).toEqual(before);
    expect(target.stderr).toBe('');
    expect(profile.info.engine).toBe('perf');
    expect(profile.processes.nodeVersion(0)).toMatch(new RegExp(`^${version}\\.`));
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
    await using target = await Target.start(version, [], NAMING, { cwd: directory, program: 'family.cjs' });
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
    await using target = await Target.start(22, [], ['--perf-basic-prof'], { cwd: directory });
    const profile = await attachFor(target.pid, 700, {}, { engine: 'auto' });
    expect(noteCodes(profile)).toEqual(['JIT_INTERPRETED_UNNAMED']);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OperationKind } from '../../src/profile/operations.js';
import { NO_PROCESS } from '../../src/profile/processes.js';
import { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { recordingOf } from '../profile/file/memory-file.js';

const ROOT = join(import.meta.dirname, '../..');
const COMMAND = join(ROOT, 'dist/cli/main.js');

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'));
  const profile = new Profile();
  profile.info.command = 'node \u001b[31mserver.js';
  profile.quality.note('CODE', 'Something is missing.', 'Do something.');
  const process = profile.processes.add({ pid: 4711, parent: NO_PROCESS, start: 0, command: 'node' });
  profile.processes.setEnd(process, 5_000_000, 3);
  const series = profile.addSeries(profile.threads.add(process, 4712, 'node', 0), 'cpu-clock', Unit.CpuNs);
  for (let i = 0; i < 1234; i++) series.add(i * 1000, 0, 1_000_000);
  const wall = profile.addSeries(series.thread, 'v8', Unit.WallNs, true, true);
  for (let i = 0; i < 3; i++) wall.add(i * 1000, 0, 1_000_000, 250_000);
  const dns = { kind: OperationKind.Dns, thread: series.thread };
  profile.operations.add({ ...dns, end: 5, error: 'ENOTFOUND' });
  profile.operations.add({ ...dns, count: 40 });
  writeFileSync(join(folder, 'a.stackscope'), await recordingOf(profile));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function inspect(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'inspect', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('shows blocks, tables, processes, series and notes, and nothing that steers the terminal', () => {
  const text = inspect('a.stackscope');
  expect(text).toMatch(/^a\.stackscope: stackscope version 3, [\d.]+ (kB|bytes)\n/);
  expect(text).toMatch(/\n {2}command +node \\x1b\[31mserver\.js\n/);
  expect(text).toMatch(/\n {2}samples +2 +[\d,]+ +[\d,]+\n/);
  expect(text).toMatch(/\n {2}series +2\n/);
  expect(text).toMatch(/\n {2}4711 +3 +node\n/);
  expect(text).toMatch(/\n {2}4711 +4712 +1,234 +1,234,000,000 +cpu +– +cpu-clock +other +node\n/);
  expect(text).toMatch(/\n {2}4711 +4712 +3 +3,000,000 +wall +750,000 +v8 +other +node\n/);
  expect(text).toMatch(/\n {2}kind +rows +count +failed +unended\n {2}dns +2 +41 +1 +1\n/);
  expect(text).toMatch(/\n {2}CODE +Something is missing\. Do something\.\n/);
  expect(text).not.toContain('\u001b');
});

test('--json has the same as data', () => {
  const found = JSON.parse(inspect('a.stackscope', '--json'));
  expect(found).toMatchObject({ name: 'a.stackscope', format: 'stackscope', version: 3 });
  expect(found.blocks).toContainEqual(expect.objectContaining({ type: 'samples', blocks: 2 }));
  expect(found.profile.series).toEqual([
    expect.objectContaining({
      pid: 4711,
      tid: 4712,
      samples: 1234,
      weight: 1_234_000_000,
      unit: 'cpu',
      cpu: null,
    }),
    expect.objectContaining({ samples: 3, weight: 3_000_000, unit: 'wall', cpu: 750_000 }),
  ]);
  expect(found.profile.operations).toEqual([{ kind: 'dns', rows: 2, count: 41, failed: 1, unended: 1 }]);
  expect(found.profile.processes).toEqual([expect.objectContaining({ exit: 3, end: 5_000_000, node: null })]);
});

test('works on a .cpuprofile and on a perf.data', () => {
  const v8 = JSON.parse(inspect(join(ROOT, 'test/fixtures/cpuprofile/node-22/shapes.cpuprofile'), '--json'));
  expect(v8.profile.series[0].samples).toBeGreaterThan(20);
  const perf = inspect(join(ROOT, 'test/fixtures/perf/6.1/tiny.data.gz'));
  expect(perf).toMatch(/: perf-data\n/);
  expect(perf).toMatch(/\n {2}SAMPLE +\d/);
});

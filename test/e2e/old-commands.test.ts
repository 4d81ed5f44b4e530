import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { devToolsTotals } from './devtools.js';
import { nodeBinary, program, run, scratchDirectory, stackscope } from './stackscope.js';

const ROOT = join(import.meta.dirname, '../..');
const old = (name: string) => `'${process.execPath}' '${join(ROOT, 'dist/cli/old', name)}.js'`;

const scratch = scratchDirectory();
const pipe = (script: string, ...args: string[]) =>
  run('bash', ['-o', 'pipefail', '-c', script, 'bash', ...args], { cwd: scratch.path });

/** `burnModule` of the program has a third and more of its time, see its own shares. */
const PROGRAM = program('shares.mjs');

beforeAll(() => {
  const node = [nodeBinary('24'), '--perf-basic-prof', '--interpreted-frames-native-stack', PROGRAM];
  const perf = ['record', '-q', '-g', '-N', '-k', 'mono', '-F', '997', '-e', 'cpu-clock', '-o', 'perf.data'];
  execFileSync('perf', [...perf, '--', ...node], { cwd: scratch.path, stdio: 'ignore' });
});

afterAll(() => scratch.remove());

const samplesOf = async (file: string): Promise<number> => {
  const { stdout } = await stackscope(['report', file, '--json'], { cwd: scratch.path });
  return JSON.parse(stdout).totals.samples;
};

test('perf script | cpuprofilify opens in DevTools with all of its samples', async () => {
  const { code } = await pipe(`perf script -F +pid | ${old('cpuprofilify')} --shortStack > live.cpuprofile`);
  expect(code).toBe(0);
  const text = readFileSync(join(scratch.path, 'live.cpuprofile'), 'utf8');
  const { busyMs, functions } = await devToolsTotals(text);
  const perf = await pipe('perf script -F +pid > all.txt');
  expect(perf.code).toBe(0);
  const { stdout } = await stackscope(['report', 'all.txt', '--json'], { cwd: scratch.path });
  const { totals } = JSON.parse(stdout);
  expect(totals.samples).toBeGreaterThan(200);
  expect(Math.abs(busyMs - totals.sampledMs) / totals.sampledMs).toBeLessThan(0.01);
  const names = [...functions.keys()].join('\n');
  expect(names).toMatch(/shares\.mjs:/);
  expect(names).not.toMatch(/^v8::internal::(?:\(anonymous namespace\)::Invoke|maglev::|Execution::)/m);
});

test('perf script | flamegraph has every sample', async () => {
  const { code, stdout } = await pipe(`perf script -F +pid | ${old('flamegraph')} --minwidth 0.001`);
  expect(code).toBe(0);
  const all = /<title>all\n([\d,]+) samples \(100\.0 %\)<\/title>/.exec(stdout)![1];
  await pipe('perf script -F +pid > all.txt');
  expect(Number(all.replaceAll(',', ''))).toBe(await samplesOf('all.txt'));
});

test('cpuprofilify | traceviewify keeps the times', async () => {
  const { code } = await pipe(
    `perf script -F +pid | ${old('cpuprofilify')} --shortStack | ${old('traceviewify')} > live.json`,
  );
  expect(code).toBe(0);
  const [trace, profile] = await Promise.all(
    ['live.json', 'live.cpuprofile'].map((file) =>
      stackscope(['report', file, '--json'], { cwd: scratch.path }),
    ),
  );
  const total = (text: string) => JSON.parse(text).totals.sampledMs;
  expect(Math.abs(total(trace.stdout) - total(profile.stdout)) / total(profile.stdout)).toBeLessThan(0.01);
});

test('profile_1ms -c records a command, whose output goes apart from the recording', async () => {
  const { code, stderr } = await pipe(
    `${old('profile-1ms')} -c "'${nodeBinary('22')}' -e 'console.log(42); while (process.cpuUsage().user < 600e3);'" > one.stackscope`,
  );
  expect(code).toBe(0);
  expect(stderr).toContain('42\n');
  expect(await samplesOf('one.stackscope')).toBeGreaterThan(200);
});

test('profile_1ms ends with the exit code of the command', async () => {
  const { code } = await pipe(
    `${old('profile-1ms')} -c "'${nodeBinary('22')}' -e 'process.exit(7)'" > seven.stackscope`,
  );
  expect(code).toBe(7);
});

test('profile_1ms -p records a process that runs, until a signal', async () => {
  const program =
    'const work = () => { for (const t = Date.now(); Date.now() - t < 20; ); setTimeout(work, 1); }; work(); setTimeout(process.exit, 15000)';
  const script = `"$1" -e '${program}' & target=$!
    sleep 1; ${old('profile-1ms')} -p $target -o running.stackscope & recorder=$!
    sleep 4; kill $recorder; wait $recorder; code=$?; kill $target; exit $code`;
  const { stderr } = await pipe(script, nodeBinary('22'));
  expect(await samplesOf('running.stackscope'), stderr).toBeGreaterThan(200);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/summary.js';
import {
  COMMAND,
  NODES,
  type NodeVersion,
  nodeBinary,
  program,
  record,
  scratchDirectory,
  stackscope,
} from './stackscope.js';

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

interface Charged {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly delayMs: number;
}
type Facts = Record<'spin' | 'waitForThread' | 'waitForProcess', Charged>;

/** What a tick of the kernel's clock and a sample can be off by, on both ends of a function's second. */
const EDGES_MS = 15;

function expectNear(found: number | null, truth: number, moreMs = 0): void {
  expect(Math.abs(found! - truth)).toBeLessThan(0.05 * truth + EDGES_MS + moreMs);
}

/** Compares what the report says of each function with what the kernel charged the program while it ran it. */
function expectTruth({ functions, totals, blocked, culprit, quality }: Summary, facts: Facts): void {
  // A program that had to wait for a CPU was not alone: V8's sampler had to wait too, and its samples lie elsewhere.
  const lateMs = 0.2 * Object.values(facts).reduce((sum, { delayMs }) => sum + delayMs, 0);
  for (const [name, { wallMs, cpuMs, delayMs }] of Object.entries(facts)) {
    const found = functions.find((each) => each.name === name)!;
    expectNear(found.cpuMs, cpuMs);
    expectNear(found.blockedMs, wallMs - cpuMs - delayMs, lateMs);
  }
  expect(totals.weightKind).toBe('wall');
  const parts = totals.sampledCpuMs! + totals.blockedMs! + totals.runDelayMs!;
  expect(Math.abs(parts - totals.sampledMs)).toBeLessThan(1);
  expect(culprit).toMatchObject({ name: 'spin' });
  expect(blocked!.causes.slice(0, 2)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ caller: expect.objectContaining({ name: 'waitForThread' }), in: null }),
      expect.objectContaining({
        caller: expect.objectContaining({ name: 'waitForProcess' }),
        in: 'spawnSync',
      }),
    ]),
  );
  expect(quality.notes.map(({ code }) => code)).not.toContain('V8_WALL_TIME');
}

/** Attaches to the program, and has it do its work once it is recorded. */
async function attached(
  node: NodeVersion,
  engine: 'v8' | 'auto',
): Promise<{ summary: Summary; facts: Facts }> {
  const target = spawn(nodeBinary(node), ['--inspect-port=0', program('waits.cjs'), 'later'], {
    stdio: 'pipe',
  });
  try {
    let stdout = '';
    target.stdout.on('data', (text) => {
      stdout += text;
    });
    while (!stdout.includes('up\n')) await once(target.stdout, 'data');
    const file = join(scratch.path, `attached-${node}.stackscope`);
    const options = ['--engine', engine, '-d', '4.5', '--no-report', '-o', file];
    const recorder = spawn(process.execPath, [COMMAND, 'record', '-p', String(target.pid), ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    recorder.stderr.on('data', (text) => {
      stderr += text;
      if (stderr.includes('stackscope: recording process')) target.stdin.end('go\n');
    });
    const [code] = await once(recorder, 'exit');
    expect(code, stderr).toBe(0);
    const report = await stackscope(['report', file, '--json']);
    return { summary: JSON.parse(report.stdout), facts: JSON.parse(stdout.slice('up\n'.length)) };
  } finally {
    target.kill('SIGKILL');
  }
}

describe.each(NODES)('Node %s', (node) => {
  it('launched: what computes has CPU time, what waits is blocked', async () => {
    const { summary, stdout, file } = await record(scratch.path, node, 'v8', [program('waits.cjs')]);
    const facts: Facts = JSON.parse(stdout);
    expectTruth(summary, facts);
    const allCpuMs = facts.spin.cpuMs + facts.waitForThread.cpuMs + facts.waitForProcess.cpuMs;
    const main = summary.threads.find(({ role }) => role === 'main')!;
    expectNear(main.cpuMs, allCpuMs + 30);
    expectNear(summary.totals.sampledCpuMs, main.cpuMs!);
    const { stdout: text } = await stackscope(['report', file]);
    expect(text).toMatch(/^Blocked: in .* of the time\n {4}and: in .* of the time\nCulprit: spin /);
  });

  it('attached', async () => {
    const { summary, facts } = await attached(node, 'v8');
    expectTruth(summary, facts);
  });
});

it('attached beside perf', async () => {
  const { summary, facts } = await attached('24', 'auto');
  const { javascript, totals } = summary;
  // Where perf is refused all of it is V8's.
  expectTruth({ ...summary, ...javascript, totals: { ...totals, ...javascript } }, facts);
});

it('in a worker', async () => {
  const { summary, stdout } = await record(scratch.path, '22', 'v8', [program('waits.cjs'), 'worker']);
  expectTruth(summary, JSON.parse(stdout));
  const worker = summary.threads.find(({ role }) => role === 'worker')!;
  expectNear(worker.sampledCpuMs, worker.cpuMs!);
});

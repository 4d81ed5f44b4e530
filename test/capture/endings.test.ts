import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODES, nodeBinary, stackscope } from '../e2e/stackscope.js';

const PROGRAMS = join(import.meta.dirname, 'programs');
const WORK = 'function work() { const end = Date.now() + 150; while (Date.now() < end); } work();';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stackscope-capture-'));
  writeFileSync(join(directory, 'script.sh'), 'exit 3');
  writeFileSync(join(directory, 'no-interpreter'), '#!/nowhere/node\n', { mode: 0o755 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Records, then reads the recording's JSON report. */
async function record(...args: string[]) {
  const finished = await stackscope(['record', '--no-report', '-o', 'r.stackscope', ...args], {
    cwd: directory,
  });
  const { stdout } = await stackscope(['report', 'r.stackscope', '--json'], { cwd: directory });
  return { ...finished, summary: JSON.parse(stdout) };
}

async function refusal(...args: string[]) {
  const { code, stderr, stdout } = await stackscope(['record', ...args], { cwd: directory });
  expect(stdout).toBe('');
  return { code, words: stderr.trimEnd().split('\n') };
}

describe.each(NODES)('Node %s', (version) => {
  const node = nodeBinary(version);
  test.each([
    ['process.exit', `${WORK} process.exit(9)`, 9],
    ['an uncaught error', `${WORK} throw new Error('x')`, 1],
    ['abort', `${WORK} process.abort()`, 134],
    ['SIGKILL', `${WORK} process.kill(process.pid, 'SIGKILL')`, 137],
  ])('%s ends it: its exit code, and the recording is whole', async (_, code, exit) => {
    const recorded = await record('--engine', 'perf', '--', node, '-e', code);
    expect(recorded.code).toBe(exit);
    expect(recorded.summary.processes[0]).toMatchObject({
      exit,
      node: expect.stringMatching(`^${version}\\.`),
    });
    expect(recorded.summary.culprit?.name ?? recorded.summary.functions[0].name).toBeDefined();
    expect(recorded.summary.functions.map((f: { name: string }) => f.name)).toContain('work');
    const { sampledMs, cpuMs } = recorded.summary.totals;
    expect(Math.abs(sampledMs - cpuMs)).toBeLessThan(Math.max(60, cpuMs * 0.2));
  });
});

test('programs that end at once, and such as are not Node', async () => {
  expect((await record('--', 'true')).code).toBe(0);
  expect((await record('--', 'sh', 'script.sh')).code).toBe(3);
  expect((await record('--', process.execPath, '--version')).stdout).toBe(`${process.version}\n`);
});

test('a command that is not there or cannot be run', async () => {
  expect(await refusal('no-such-command')).toMatchObject({
    code: 127,
    words: [expect.stringMatching(/no-such-command was not found/)],
  });
  expect((await refusal('./nowhere')).code).toBe(127);
  expect(await refusal('./script.sh')).toMatchObject({
    code: 126,
    words: [expect.stringMatching(/cannot be run/)],
  });
  expect((await refusal('./no-interpreter')).code).toBe(126);
  expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test.each([
  ['no command', []],
  ['an unknown option', ['--nope', 'true']],
  ['a frequency that is none', ['-F', 'x', 'true']],
  ['a time that is none', ['-d', 'soon', 'true']],
  ['--keep without --duration', ['--keep', 'true']],
  ['standard output as output', ['-o', '-', 'true']],
  ['an unknown event', ['-e', 'no-such-event', 'true']],
])('wrong usage: %s', async (_, args) => {
  expect((await refusal(...args)).code).toBe(2);
});

test('options after the command are its own', async () => {
  const { stdout } = await record(
    '-F',
    '199',
    process.execPath,
    '-p',
    'process.argv.slice(1)',
    '--',
    '-F',
    '-o',
    'x',
  );
  expect(stdout).toBe("[ '-F', '-o', 'x' ]\n");
});

test('an output that cannot be written is told before the program starts', async () => {
  for (const output of ['/proc/x.stackscope', 'missing/folder/x.stackscope', directory]) {
    const { code, words } = await refusal('-o', output, '--', process.execPath, '-e', 'console.log(1)');
    expect(code).toBe(125);
    expect(words).toEqual([expect.stringMatching(/cannot be written: .*-o/)]);
  }
});

test('--duration ends it by SIGTERM, with --keep it lives on', async () => {
  const ended = await record('-d', '400ms', '--', process.execPath, join(PROGRAMS, 'serve.cjs'));
  expect(ended).toMatchObject({ code: 5, stdout: 'ready\n' });
  const untouched = 'setTimeout(() => console.log("lived"), 1500)';
  const kept = await record('-d', '400ms', '--keep', '--', process.execPath, '-e', untouched);
  // The helper waits for the end of the pipe, which the program holds.
  expect(kept).toMatchObject({ code: 0, stdout: 'lived\n' });
  expect(kept.summary.recording.durationMs).toBeLessThan(1400);
});

test('--delay leaves the start out', async () => {
  const program = 'const end = Date.now() + 300; (function early() { while (Date.now() < end); })();';
  const late = `${program} setTimeout(function late() { ${WORK} }, 400)`;
  const { summary } = await record(
    '--engine',
    'perf',
    '--delay',
    '600ms',
    '--',
    process.execPath,
    '-e',
    late,
  );
  const names = summary.functions.map((f: { name: string }) => f.name);
  expect(names).toContain('work');
  expect(names).not.toContain('early');
});

test('--on-port runs the load when the program listens, and ends it after', async () => {
  const load = 'for i in 1 2 3; do curl -s http://127.0.0.1:$PORT/ >/dev/null; done; echo loaded';
  const args = ['--on-port', load, '--', process.execPath, '--inspect=0', join(PROGRAMS, 'serve.cjs')];
  const { code, stdout, stderr } = await record(...args);
  expect({ code, stdout }).toEqual({ code: 5, stdout: 'ready\n' });
  expect(stderr).toContain('loaded\n');
  const failing = await record('--on-port', 'exit 4', '--', process.execPath, join(PROGRAMS, 'serve.cjs'));
  expect(failing.stderr).toContain('The load failed (exit code 4).');
});

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, NODES, nodeBinary } from '../e2e/stackscope.js';

const NOBODY = 65534;
/** Prints from itself, a worker and a child, which all would show V8's log if it went to stdout. */
const PROGRAM = `
  const { execFileSync } = require('node:child_process');
  new (require('node:worker_threads').Worker)('console.log("worker")', { eval: true, stdout: false });
  console.log('main');
  console.log(execFileSync(process.execPath, ['-p', '"child"']).toString().trim());
`;

// Not below the temporary directory, which is made read-only.
let directory: string;
let unwritable: string;
beforeAll(() => {
  directory = mkdtempSync('/var/tmp/stackscope-capture-');
  chmodSync(directory, 0o777);
  unwritable = join(directory, 'unwritable');
  mkdirSync(unwritable, { mode: 0o755 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const record = (...args: string[]) => [process.execPath, COMMAND, 'record', '--no-report', ...args];

/** Runs as a user without privileges. */
function asNobody(cwd: string, command: readonly string[]) {
  const ids = { uid: NOBODY, gid: NOBODY };
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), {
    cwd,
    encoding: 'utf8',
    ...ids,
  });
  return { status, lines: stdout.split('\n').filter(Boolean).sort(), stderr };
}

/** Runs where the temporary directory cannot be written to. */
function withReadOnlyTmp(command: readonly string[]) {
  const mounted = 'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp && exec "$@"';
  const args = ['--mount', 'sh', '-c', mounted, 'sh', ...command];
  const { status, stdout, stderr } = spawnSync('unshare', args, { cwd: directory, encoding: 'utf8' });
  return { status, lines: stdout.split('\n').filter(Boolean).sort(), stderr };
}

function notes(file: string): string[] {
  const { stdout } = spawnSync(process.execPath, [COMMAND, 'report', '--json', file], { encoding: 'utf8' });
  return JSON.parse(stdout).quality.notes.map((note: { code: string }) => note.code);
}

const ALL = ['child', 'main', 'worker'];

describe.each(NODES)('Node %s', (version) => {
  const node = nodeBinary(version);

  test('in a folder that cannot be written to, its stdout stays its own', () => {
    const file = join(directory, `cwd-${version}.stackscope`);
    const { status, lines, stderr } = asNobody(unwritable, record('-o', file, '--', node, '-e', PROGRAM));
    expect({ status, lines }).toEqual({ status: 0, lines: ALL });
    expect(stderr).toContain('with perf');
    expect(notes(file)).toEqual(expect.arrayContaining(['JIT_NAMES_MISSING', 'KERNEL_EXCLUDED']));
    const shell = asNobody(unwritable, record('-o', file, '--', 'sh', '-c', `${node} -p 1`));
    expect({ status: shell.status, lines: shell.lines }).toEqual({ status: 0, lines: ['1'] });
    expect(shell.stderr).toMatch(/with V8's profiler.*unwritable, which cannot be written to/);
    expect(readdirSync(unwritable)).toEqual([]);
  });

  test('with a read-only /tmp it lives, and its stdout stays its own', () => {
    const file = join(directory, `tmp-${version}.stackscope`);
    const { status, lines, stderr } = withReadOnlyTmp(record('-o', file, '--', node, '-e', PROGRAM));
    expect({ status, lines }).toEqual({ status: 0, lines: ALL });
    // From 22 on V8 can be told where its map goes.
    expect(stderr).toContain(version === '20' ? '/tmp, which cannot be written to' : 'with perf');
  });
});

test('nothing is left after the program was killed, nor after stackscope was, from the next run on', async () => {
  const place = join(directory, 'killed');
  mkdirSync(place);
  const forever = 'console.log(process.pid); setInterval(() => {}, 1000)';
  const own = () => readdirSync('/tmp').filter((name) => /^stackscope-\d+$/.test(name)).length;
  const child = spawn(
    process.execPath,
    record('-o', 'r.stackscope', '--', 'sh', '-c', `node -e '${forever}'; :`).slice(1),
    {
      cwd: place,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const pid = Number(String(await new Promise((resolve) => child.stdout.once('data', resolve))));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(readdirSync(place).some((name) => name.includes(`-${pid}-v8.log`))).toBe(true);
  expect(existsSync(`/tmp/perf-${pid}.map`)).toBe(true);
  child.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 100));
  // The program does not notice.
  expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBeTruthy();
  process.kill(pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(
    spawnSync(process.execPath, record('-o', 'next.stackscope', '--', 'true').slice(1), { cwd: place })
      .status,
  ).toBe(0);
  expect(readdirSync(place).filter((name) => !name.includes('.stackscope'))).toEqual([]);
  expect(existsSync(`/tmp/perf-${pid}.map`)).toBe(false);
  expect(own()).toBeLessThanOrEqual(2);
});

test('a full disk is told at once, the program runs on, what was recorded can be recovered', () => {
  const place = join(directory, 'full');
  mkdirSync(place);
  const program = 'const end = Date.now() + 700; while (Date.now() < end); console.log("done")';
  const script = `mount -t tmpfs -o size=1100k none ${place} && cd ${place} || exit 99
    (sleep 0.4; dd if=/dev/zero of=filler bs=1k count=2000 2>/dev/null) &
    ${record('-F', '5000', '-o', 'r.stackscope', '--', process.execPath, '-e', `'${program}'`).join(' ')}
    echo "exit $?"; ls; rm filler; ${process.execPath} ${COMMAND} recover r.stackscope; echo "recovered $?"`;
  const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' });
  expect(stdout).toContain('done\nexit 125\n');
  expect(stderr).toMatch(/the disk is full/);
  expect(stdout).toContain('r.stackscope');
});

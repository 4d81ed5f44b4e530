import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/summary.js';
import { ownListeningSockets } from '../../src/capture/sockets.js';
import { Jail } from './jail.js';
import { NODES, program, run, scratchDirectory, stackscope } from './stackscope.js';

const ROOT = join(import.meta.dirname, '../..');
const ONE_FILE = join(ROOT, 'build/stackscope.cjs');

/** Busy in a function that was compiled long before anybody attaches, and in a worker. */
const SCRIPT = `
const { Worker, isMainThread } = require('node:worker_threads');
function leaf(n) { let sum = 0; for (let i = 0; i < n; i++) sum += (Math.sqrt(i) * i) % 7; return sum; }
function hot() { return leaf(1e6) + 1; }
if (isMainThread) new Worker(__filename);
setInterval(hot, isMainThread ? 1 : 10);
setTimeout(() => process.stdout.write('up'), 1500);
`;

const scratch = scratchDirectory();
let source: Buffer;

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'scripts/single.mjs')], { stdio: 'ignore' });
  source = readFileSync(ONE_FILE);
});
afterAll(() => scratch.remove());

const threadsOf = (pid: number) => readdirSync(`/proc/${pid}/task`).length;

async function reportOf(recording: Buffer): Promise<Summary> {
  const file = join(scratch.path, 'jail.stackscope');
  writeFileSync(file, recording);
  const { code, stdout, stderr } = await stackscope(['report', '--json', file]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Summary;
}

it('the root is one that nothing can be written to, by an ordinary user', async () => {
  await using jail = await Jail.start('22', SCRIPT, false);
  const look = `
    const fs = require('node:fs');
    const tries = ['/x', '/tmp/x', '/dev/x', '/dev/shm/x', '/var/tmp/x'].map((path) => {
      try { fs.writeFileSync(path, ''); return 'written'; } catch { return 'refused'; }
    });
    let sysctl = 'read';
    try { fs.readFileSync('/proc/sys/kernel/pid_max'); } catch { sysctl = 'refused'; }
    console.log(process.getuid(), process.ppid, sysctl, ...new Set(tries), ...fs.readdirSync('/').sort());`;
  const said = await text(jail.exec(['-e', look], Buffer.alloc(0)).stdout!);
  expect(said).toMatch(/^1000 0 refused refused app\.js dev (lib\w* )+node proc( usr)?$/m);
});

describe.each(NODES)('the one file on stdin, in a read-only root, Node %s', (version) => {
  it.each([
    ['with /dev/shm', true],
    ['without a place to write to', false],
  ])('%s', async (_, hasShm) => {
    await using jail = await Jail.start(version, SCRIPT, hasShm);
    const threads = threadsOf(jail.pid);
    const child = jail.exec(['-', 'record', '-p', '1', '-d', '1500ms', '-o', '-'], source);
    const [recording, words, [code]] = await Promise.all([
      buffer(child.stdout!),
      text(child.stderr!),
      once(child, 'close'),
    ]);
    expect(words).toMatch(
      /recording process 1 with V8's profiler at 199 Hz.*\n.* samples in standard output/,
    );
    expect(code).toBe(0);
    const summary = await reportOf(recording);
    expect(summary.culprit?.name).toMatch(/^(leaf|hot)$/);
    expect(summary.culprit?.share).toBeGreaterThan(0.9);
    expect(summary.threads.map(({ role }) => role)).toEqual(expect.arrayContaining(['main', 'worker']));
    expect(threadsOf(jail.pid)).toBe(threads);
    expect(ownListeningSockets(jail.pid)).toEqual([]);
    expect(readdirSync(`/proc/${jail.pid}/root/dev/shm`)).toEqual([]);
  });

  it('leaves the program when it is killed', async () => {
    await using jail = await Jail.start(version, SCRIPT, false);
    const threads = threadsOf(jail.pid);
    const child = jail.exec(['-', 'record', '-p', '1', '-o', '-'], source);
    let words = '';
    child.stderr!.on('data', (part) => {
      words += part;
    });
    while (!words.includes('recording process 1')) await once(child.stderr!, 'data');
    expect(threadsOf(jail.pid)).toBeGreaterThan(threads);
    const [inside] = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === child.pid);
    process.kill(Number(inside ?? child.pid), 'SIGKILL');
    while (threadsOf(jail.pid) > threads) await sleep(50);
    expect(jail.stderr).not.toMatch(/error/i);
  });
});

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

describe('the one file alone in a folder', () => {
  it.each(['perf', 'v8'] as const)('records and reports a program with %s', async (engine) => {
    const command = join(scratch.path, 'stackscope.cjs');
    copyFileSync(ONE_FILE, command);
    const file = join(scratch.path, `${engine}.stackscope`);
    const options = ['record', '--engine', engine, '--json', '-o', file];
    const target = [process.execPath, program('shares.mjs'), '2'];
    const { code, stderr } = await run(process.execPath, [command, ...options, '--', ...target], {
      cwd: scratch.path,
    });
    expect(code).toBe(0);
    const summary = JSON.parse(stderr) as Summary;
    expect(summary.recording.engine).toBe(engine);
    const { stdout } = await run(process.execPath, [command, 'report', '--json', file], {
      cwd: scratch.path,
    });
    expect(JSON.parse(stdout)).toEqual(summary);
    // C++ is readable: the demangler is within.
    if (engine === 'perf') expect(JSON.stringify(summary)).toContain('node::Start');
    expect(JSON.stringify(summary)).not.toContain('_ZN');
  });

  it('says what it is, and keeps the licences of what is in it', async () => {
    const { stdout } = await run(ONE_FILE, ['--version']);
    expect(`${stdout.trim()}`).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
    const names = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies);
    for (const name of names) expect(source.toString()).toContain(`\n${name} `);
  });
});

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, nodeBinary } from '../e2e/stackscope.js';

const ROOT = join(import.meta.dirname, '../..');
const NOBODY = 65534;

let directory: string;
let program: string;
beforeAll(() => {
  directory = mkdtempSync('/var/tmp/stackscope-capture-');
  chmodSync(directory, 0o777);
  program = join(directory, 'elsewhere.cjs');
  copyFileSync(join(import.meta.dirname, 'programs/elsewhere.cjs'), program);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(command: readonly string[], uid?: number) {
  const ids = uid === undefined ? {} : { uid, gid: uid };
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), {
    cwd: directory,
    encoding: 'utf8',
    ...ids,
  });
  return { status, stdout, stderr };
}

const record = (...args: string[]) => [
  ...[process.execPath, COMMAND, 'record', '--no-report', '-o', 'r.stackscope'],
  ...args,
];

function summary() {
  return JSON.parse(run([process.execPath, COMMAND, 'report', '--json', 'r.stackscope']).stdout);
}

const noteCodes = () => summary().quality.notes.map(({ code }: { code: string }) => code);

describe.each(['20', '26'] as const)('Node %s', (version) => {
  const node = nodeBinary(version);

  test('children started where they may not write keep their output to themselves', () => {
    const plain = run([node, program, '/'], NOBODY);
    expect(plain.stdout.split('\n').filter((line) => /child/.test(line))).toHaveLength(8);
    const direct = [node, program, '/'];
    const command = version === '20' ? direct : ['sh', '-c', `${direct.join(' ')}; :`];
    const recorded = run(record('--engine', 'perf', '--', ...command), NOBODY);
    expect({ status: recorded.status, stdout: recorded.stdout }).toEqual({ status: 0, stdout: plain.stdout });
    expect(noteCodes()).toContain('JIT_NAMES_MISSING');
    rmSync(join(directory, 'r.stackscope'));
    expect(readdirSync(directory)).toEqual(['elsewhere.cjs']);
  });
});

test.each(['perf', 'v8'])('children of another user start, %s', (engine) => {
  const node = nodeBinary('24');
  // Installed where no other user may look.
  const hidden = join(directory, 'hidden');
  mkdirSync(hidden, { mode: 0o700 });
  for (const part of ['dist', 'package.json'])
    cpSync(join(ROOT, part), join(hidden, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(hidden, 'node_modules'));
  try {
    const plain = run([node, program, String(NOBODY)]);
    const [nodeItself, , ...rest] = record('--engine', engine, '--', node, program, String(NOBODY));
    const recorded = run([nodeItself, join(hidden, 'dist/cli/main.js'), ...rest]);
    expect({ status: recorded.status, stdout: recorded.stdout }).toEqual({
      status: 0,
      stdout: plain.stdout,
    });
  } finally {
    rmSync(hidden, { recursive: true });
  }
});

test.each(['perf', 'v8'])('a child under the permission model of Node 20 starts, %s', (engine) => {
  const node = nodeBinary('20');
  const child = `require('node:child_process').execFileSync(process.execPath,
    ['--experimental-permission', '--allow-fs-read=${program}', '${program}', '/', 'child']).toString()`;
  const { status, stdout } = run(record('--engine', engine, '--', node, '-p', child));
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'child 2\n\n' });
  const own = ['--experimental-permission', `--allow-fs-read=${program}`, program, '/', 'child'];
  expect(run(record('--engine', engine, '--', node, ...own))).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^child \d\n$/),
  });
});

test('--no-children records a script that is run by its first line, and nobody else', () => {
  const script = join(directory, 'script');
  const work = 'const end = Date.now() + 200; (function work() { while (Date.now() < end); })();';
  const child = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(work)}]);`;
  writeFileSync(script, `#!/usr/bin/env node\n${work}\n${child}`, { mode: 0o755 });
  const { status } = run(record('--engine', 'v8', '--no-children', '--', script));
  expect(status).toBe(0);
  expect(summary().processes).toHaveLength(1);
  expect(summary().functions.map(({ name }: { name: string }) => name)).toContain('work');
  run(record('--engine', 'v8', '--no-children', '--', 'sh', '-c', `${script}; :`));
  expect(noteCodes()).toContain('V8_NO_AGENT');
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, NODES, nodeBinary } from '../e2e/stackscope.js';

const SELF = join(import.meta.dirname, 'programs/self.cjs');
const STDIN = Buffer.from([104, 105, 0, 255, 10]);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stackscope-capture-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a command with an odd environment; a variable whose name is no identifier is lost by some shells. */
function run(command: readonly string[]) {
  const env = { PATH: process.env['PATH'], 'a.b-c': '1', 'x y': ' 2 ', EMPTY: '', _: 'under', LINES: 'a\nb' };
  const { stdout, stderr, status } = spawnSync(command[0], command.slice(1), {
    cwd: directory,
    env,
    input: STDIN,
  });
  return { seen: JSON.parse(stdout.toString()), stderr, status };
}

describe.each(NODES)('a program on Node %s', (version) => {
  const program = [nodeBinary(version), '--no-warnings', SELF, '--', '-o', 'x y', ''];

  test('sees itself under perf as without', () => {
    const plain = run(program);
    const options = ['--engine', 'perf', '--no-children', '--no-report', '-o', 'self.stackscope'];
    const recorded = run([process.execPath, COMMAND, 'record', ...options, '--', ...program]);
    expect(recorded.seen).toEqual(plain.seen);
    expect(recorded.stderr.includes(plain.stderr)).toBe(true);
    expect([plain.status, recorded.status]).toEqual([42, 42]);
    expect(readdirSync(directory)).toEqual(['self.stackscope']);
  });

  test('keeps its streams and arguments under v8', () => {
    const plain = run(program);
    const options = ['--engine', 'v8', '--no-report', '-o', 'self.stackscope'];
    const recorded = run([process.execPath, COMMAND, 'record', ...options, '--', ...program]);
    for (const what of ['argv', 'argv0', 'execArgv', 'cwd', 'umask', 'groupSessionTerminal', 'stdin']) {
      expect(recorded.seen[what]).toEqual(plain.seen[what]);
    }
    expect(recorded.stderr.includes(plain.stderr)).toBe(true);
    expect(recorded.status).toBe(42);
    expect(readdirSync(directory)).toEqual(['self.stackscope']);
  });

  test('keeps its NODE_OPTIONS, ours come after', () => {
    const command = [
      process.execPath,
      COMMAND,
      'record',
      '--engine',
      'perf',
      '--no-report',
      '-o',
      'self.stackscope',
    ];
    const { seen } = run(['/usr/bin/env', 'NODE_OPTIONS=--no-deprecation', ...command, '--', ...program]);
    expect(seen.env).toContainEqual(
      expect.stringMatching(
        /^NODE_OPTIONS=--no-deprecation --perf-basic-prof --interpreted-frames-native-stack --require=\S*naming\.cjs --require=\S*operations\.cjs$/,
      ),
    );
    expect(readdirSync(directory)).toEqual(['self.stackscope']);
  });
});

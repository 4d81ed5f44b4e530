import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODES, nodeBinary, stackscope } from '../e2e/stackscope.js';

const FAMILY = join(import.meta.dirname, 'programs/family.cjs');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stackscope-capture-'));
  mkdirSync(join(directory, 'project'));
  writeFileSync(
    join(directory, 'project/package.json'),
    JSON.stringify({ scripts: { go: `node ${FAMILY} inMain` } }),
  );
  // A package that is installed here only, so that npx asks nobody.
  const packages = join(directory, 'project/node_modules');
  mkdirSync(join(packages, '.bin'), { recursive: true });
  mkdirSync(join(packages, 'burner'));
  writeFileSync(join(packages, 'burner/package.json'), '{"name":"burner","version":"1.0.0","bin":"cli.cjs"}');
  writeFileSync(
    join(packages, 'burner/cli.cjs'),
    `#!/usr/bin/env node\nrequire(${JSON.stringify(FAMILY)});`,
    {
      mode: 0o755,
    },
  );
  symlinkSync('../burner/cli.cjs', join(packages, '.bin/burner'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function record(cwd: string, ...args: string[]) {
  const file = join(directory, 'family.stackscope');
  const { code, stderr } = await stackscope(
    ['record', '--engine', 'perf', '--no-report', '-o', file, ...args],
    { cwd },
  );
  expect(code).toBe(0);
  const { stdout } = await stackscope(['report', file, '--json'], { cwd });
  const summary = JSON.parse(stdout);
  const busy: string[] = summary.functions
    .map((f: { name: string }) => f.name)
    .filter((n: string) => /^in[A-Z]/.test(n));
  return { stderr, summary, busy: [...new Set(busy)].sort() };
}

describe.each(NODES)('Node %s', (version) => {
  test('main, worker, forked, spawned and cluster processes are recorded by name', async () => {
    const { busy, summary } = await record(directory, '--', nodeBinary(version), FAMILY);
    expect(busy).toEqual(['inCluster', 'inFork', 'inMain', 'inSpawn', 'inWorker']);
    expect(summary.processes[0].node).toMatch(new RegExp(`^${version}\\.`));
    expect(summary.threads.filter((t: { role: string }) => t.role === 'worker').length).toBe(1);
    expect(readdirSync(directory).sort()).toEqual(['family.stackscope', 'project']);
  });
});

test('--no-children records the launched process alone', async () => {
  const { busy, summary } = await record(directory, '--no-children', '--', process.execPath, FAMILY);
  expect(busy).toEqual(['inMain', 'inWorker']);
  expect(summary.processes.length).toBe(1);
});

test.each([
  ['npm run go', /the program is process \d+, node \S*family\.cjs inMain/, 'npm run go'],
  ['npx burner inMain', /the program is process \d+, node \S*burner inMain/, 'npm exec burner inMain'],
])('%s: the program is the script, neither npm nor a shell', async (command, said, launched) => {
  const project = join(directory, 'project');
  const { busy, stderr, summary } = await record(project, '--', ...command.split(' '));
  expect(busy).toContain('inMain');
  expect(stderr).toMatch(said);
  const rows = summary.processes as { pid: number; command: string }[];
  // npm is env before it is node, and the script is a copy of the shell first.
  expect(new Set(rows.map(({ pid }) => pid)).size).toBe(rows.length);
  expect(rows[0].command.trim()).toBe(launched);
  expect(readdirSync(project).sort()).toEqual(['node_modules', 'package.json']);
});

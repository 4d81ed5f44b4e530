import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

test('npm run: the program is the script, not npm', async () => {
  const project = join(directory, 'project');
  const { busy, stderr } = await record(project, '--', 'npm', 'run', 'go');
  expect(busy).toContain('inMain');
  expect(stderr).toMatch(/the program is process \d+, node \S*family\.cjs inMain/);
  expect(readdirSync(project)).toEqual(['package.json']);
});

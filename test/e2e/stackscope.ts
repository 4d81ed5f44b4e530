import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../src/analysis/summary.js';

const ROOT = join(import.meta.dirname, '../..');

/** The built command. */
export const COMMAND = join(ROOT, 'dist/cli/main.js');

/** The programs of others, installed by `npm test`. */
export const TOOLS = join(ROOT, 'test/tools/node_modules');

/** The Node versions targets run on, installed by `npm test`. */
export const NODES = ['20', '22', '24', '26'] as const;

export type NodeVersion = (typeof NODES)[number];

export function nodeBinary(version: NodeVersion): string {
  return join(ROOT, `test/nodes/node_modules/node-${version}/bin/node`);
}

export function program(name: string): string {
  return join(ROOT, 'test/programs', name);
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end with its output collected. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

export function stackscope(
  args: readonly string[],
  options?: { cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<Finished> {
  return run(process.execPath, [COMMAND, ...args], options);
}

/** A directory for one test file's recordings. */
export function scratchDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'stackscope-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Recorded extends Finished {
  readonly file: string;
  readonly summary: Summary;
}

/** Records a program on one Node with one engine, and reads the recording's JSON report. */
export async function record(
  directory: string,
  node: NodeVersion,
  engine: 'perf' | 'v8',
  args: readonly string[],
  options: readonly string[] = [],
): Promise<Recorded> {
  const file = join(directory, `${engine}-${node}.stackscope`);
  const finished = await stackscope(
    ['record', '--engine', engine, '--no-report', '-o', file, ...options, '--', nodeBinary(node), ...args],
    { cwd: directory },
  );
  if (finished.code !== 0) throw new Error(`recording ended with ${finished.code}: ${finished.stderr}`);
  const report = await stackscope(['report', file, '--json']);
  if (report.code !== 0) throw new Error(`report ended with ${report.code}: ${report.stderr}`);
  return { ...finished, file, summary: JSON.parse(report.stdout) as Summary };
}

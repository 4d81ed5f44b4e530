import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareV8 } from '../../../src/capture/v8/index.js';
import { Profile } from '../../../src/profile/profile.js';
import { validate } from '../../../src/profile/validate.js';

const ROOT = join(import.meta.dirname, '../../..');

/** The Node versions the engine must work on. */
export const NODES = [20, 22, 24, 26] as const;

export function nodePath(version: number): string {
  return join(ROOT, `test/nodes/node_modules/node-${version}/bin/node`);
}

export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Launched extends Ending {
  readonly profile: Profile;
  /** Files left in the directory of the spool. */
  readonly left: readonly string[];
}

export interface LaunchOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly children?: boolean;
  readonly delayMs?: number;
  /** Called with each text on stdout. */
  readonly onOutput?: (text: string, pid: number, flush: () => Promise<void>) => void;
}

/** Runs `node ARGS` to its end, without us. */
export function run(version: number, args: readonly string[], options: LaunchOptions = {}): Promise<Ending> {
  return runWith(version, args, options, {}, async () => {});
}

/** The same, recorded by the V8 engine. */
export async function record(
  version: number,
  args: readonly string[],
  options: LaunchOptions = {},
): Promise<Launched> {
  const profile = new Profile();
  const spoolDir = mkdtempSync(join(tmpdir(), 'v8-engine-'));
  const { children = true, delayMs = 0 } = options;
  const startNs = process.hrtime.bigint();
  const session = await prepareV8({
    profile,
    frequencyHz: 997,
    delayMs,
    children,
    isNode: true,
    mayPreload: true,
    spoolDir,
    startNs,
  });
  const env = { ...session.env, NODE_OPTIONS: session.nodeOptions.join(' ') };
  const ending = await runWith(version, [...session.execArgv, ...args], options, env, () => session.flush());
  await session.finish({ code: ending.code, signal: ending.signal as NodeJS.Signals | null });
  const left = readdirSync(spoolDir);
  rmSync(spoolDir, { recursive: true });
  validate(profile);
  return { ...ending, profile, left };
}

function runWith(
  version: number,
  args: readonly string[],
  options: LaunchOptions,
  env: Record<string, string>,
  flush: () => Promise<void>,
): Promise<Ending> {
  const child = spawn(nodePath(version), args, {
    cwd: options.cwd ?? import.meta.dirname,
    env: { PATH: process.env['PATH']!, ...options.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
    options.onOutput?.(String(data), child.pid!, flush);
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
}

/** Milliseconds by function name, of the innermost frames (`self`) or of all on the stack (`total`). */
export function millisecondsBy(
  profile: Profile,
  what: 'self' | 'total',
  thread?: number,
): Map<string, number> {
  const { stacks, frames, functions } = profile;
  const sums = new Map<string, number>();
  for (const series of profile.series) {
    if (thread !== undefined && series.thread !== thread) continue;
    for (let i = 0; i < series.pending; i++) {
      const names = new Set<string>();
      for (let at = series.stacks.data[i]; at !== 0; at = stacks.columns.parent.data[at]) {
        names.add(functions.name(frames.func(stacks.columns.frame.data[at])));
        if (what === 'self') break;
      }
      for (const name of names) sums.set(name, (sums.get(name) ?? 0) + series.weights.data[i] / 1e6);
    }
  }
  return sums;
}

export function noteCodes(profile: Profile): string[] {
  return profile.quality.notes.map(({ code }) => code);
}

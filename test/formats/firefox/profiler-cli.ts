import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const CLI = join(ROOT, 'test/tools/node_modules/@firefox-devtools/profiler-cli/dist/profiler-cli.js');
/** It needs Node 24. */
const NODE = join(ROOT, 'test/nodes/node_modules/node-24/bin/node');

export interface CliThread {
  readonly name: string;
  readonly processName: string;
  readonly pid: string;
  readonly tid: string;
  readonly markers: number;
  /** Weight of the samples by category. */
  readonly categories: ReadonlyMap<string, number>;
  /** By name: weight of the function itself, and with all it called. */
  readonly functions: ReadonlyMap<string, readonly [number, number]>;
}

interface Threads {
  readonly threads: {
    threadHandle: string;
    name: string;
    processName: string;
    pid: string;
    tid: string;
    markerCount: number;
  }[];
}
interface Functions {
  readonly functions: { name: string; selfSamples: number; totalSamples: number }[];
}
interface Samples {
  readonly categoryBreakdown: { categories: { name: string; samples: number }[] };
}

/** What the Firefox Profiler itself, as its command, finds in a profile. It asks nobody else for symbols. */
export function openedByProfilerCli(bytes: Uint8Array): CliThread[] {
  const home = mkdtempSync(join(tmpdir(), 'stackscope-firefox-'));
  const file = join(home, 'test.json');
  writeFileSync(file, bytes);
  const run = (...args: string[]) =>
    execFileSync(NODE, [CLI, ...args], {
      env: {
        ...process.env,
        HOME: home,
        PROFILER_CLI_SESSION_DIR: join(home, 'sessions'),
        PROFILER_CLI_NO_SYMBOLICATE: '1',
      },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      maxBuffer: 256 * 2 ** 20,
    });
  const asked = <T>(...args: string[]) => JSON.parse(run(...args, '--json')) as T;
  try {
    run('load', file);
    const { threads } = asked<Threads>('thread', 'list', '--limit', '0');
    return threads.map((thread) => {
      const of = ['--thread', thread.threadHandle, '--include-idle'];
      const { functions } = asked<Functions>('thread', 'functions', ...of, '--limit', '0');
      const { categoryBreakdown } = asked<Samples>('thread', 'samples', ...of);
      return {
        ...thread,
        markers: thread.markerCount,
        categories: new Map(categoryBreakdown.categories.map(({ name, samples }) => [name, samples])),
        functions: summed(functions),
      };
    });
  } finally {
    run('stop', '--all');
    rmSync(home, { recursive: true, force: true });
  }
}

/** Functions of one name are one. */
function summed(functions: Functions['functions']): Map<string, readonly [number, number]> {
  const sums = new Map<string, readonly [number, number]>();
  for (const { name, selfSamples, totalSamples } of functions) {
    const [self, total] = sums.get(name) ?? [0, 0];
    sums.set(name, [self + selfSamples, total + totalSamples]);
  }
  return sums;
}

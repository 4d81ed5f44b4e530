import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

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
export async function openedByProfilerCli(bytes: Uint8Array): Promise<CliThread[]> {
  const home = mkdtempSync(join(tmpdir(), 'stackscope-firefox-'));
  const file = join(home, 'test.json');
  writeFileSync(file, bytes);
  const env = {
    ...process.env,
    HOME: home,
    PROFILER_CLI_SESSION_DIR: join(home, 'sessions'),
    PROFILER_CLI_NO_SYMBOLICATE: '1',
  };
  // Its own `load` gives up when the daemon is not there after half a second.
  const daemon = spawn(NODE, [CLI, '--daemon', file, '--session', 'test'], { env, stdio: 'ignore' });
  const asked: Ask = (...args) => {
    const command = [CLI, ...args, '--session', 'test', '--json'];
    const text = execFileSync(NODE, command, { env, encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 28 });
    return JSON.parse(text);
  };
  try {
    const { threads } = (await whenReady(env.PROFILER_CLI_SESSION_DIR, () =>
      asked('thread', 'list', '--limit', '0'),
    )) as Threads;
    return threads.map((thread) => threadOf(thread, asked));
  } finally {
    if (daemon.kill('SIGKILL')) await once(daemon, 'close');
    rmSync(home, { recursive: true, force: true });
  }
}

type Ask = (...args: string[]) => unknown;

/**
 * Waits, for a minute at most, until the daemon listens and has said so: who asks before finds its session dead and
 * removes it. Then asks, again while the profile is being loaded.
 */
async function whenReady(sessions: string, ask: () => unknown): Promise<unknown> {
  const isListening = () => ['test.sock', 'test.json'].every((name) => existsSync(join(sessions, name)));
  for (let tries = 0; tries < 600 && !isListening(); tries++) await setTimeout(100);
  for (let tries = 0; ; tries++) {
    await setTimeout(500);
    try {
      return ask();
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

function threadOf(thread: Threads['threads'][number], asked: Ask): CliThread {
  const of = ['--thread', thread.threadHandle, '--include-idle'];
  const { functions } = asked('thread', 'functions', ...of, '--limit', '0') as Functions;
  const { categoryBreakdown } = asked('thread', 'samples', ...of) as Samples;
  return {
    ...thread,
    markers: thread.markerCount,
    categories: new Map(categoryBreakdown.categories.map(({ name, samples }) => [name, samples])),
    functions: summed(functions),
  };
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

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttachEvents, type AttachOptions, attach } from '../../../src/capture/attach/index.js';
import type { Profile } from '../../../src/profile/profile.js';
import { validate } from '../../../src/profile/validate.js';
import { nodePath } from '../v8/launch.js';

const PROGRAMS = join(import.meta.dirname, 'programs');

/** What the program tells of itself. */
export interface Facts {
  readonly globals: number;
  readonly listeners: string;
  readonly modules: number;
  readonly env: number;
  readonly descriptors: number;
  readonly threads: number;
  /** The longest that one of its timers was late since it was asked last. */
  readonly longestMs: number;
}

export interface TargetOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** In the folder `programs`. */
  readonly program?: string;
}

/** A program that runs by itself, and ends with the test. */
export class Target implements AsyncDisposable {
  stdout = '';
  stderr = '';
  readonly pid: number;

  private constructor(readonly child: ChildProcess) {
    this.pid = child.pid!;
    child.stdout!.on('data', (text) => {
      this.stdout += text;
    });
    child.stderr!.on('data', (text) => {
      this.stderr += text;
    });
  }

  /** Starts it with an inspector port of its own, so that tests need not share 9229. */
  static async start(
    version: number,
    modes: readonly string[],
    flags = ['--inspect-port=0'],
    { env = {}, cwd = process.cwd(), program = 'hot.cjs' }: TargetOptions = {},
  ): Promise<Target> {
    const args = [...flags, join(PROGRAMS, program), ...modes];
    const options = { stdio: 'pipe', cwd, env: { ...process.env, ...env } } as const;
    const target = new Target(spawn(nodePath(version), args, options));
    await target.says('up\n');
    return target;
  }

  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text)) await once(this.child.stdout!, 'data');
  }

  facts(): Promise<Facts> {
    return this.ask('facts') as Promise<Facts>;
  }

  /** Bytes, after a collection when it runs with --expose-gc. */
  memory(): Promise<{ heapUsed: number; rss: number; external: number }> {
    return this.ask('memory') as Promise<{ heapUsed: number; rss: number; external: number }>;
  }

  private async ask(what: string): Promise<unknown> {
    this.stdout = '';
    this.child.stdin!.write(`${what}\n`);
    await this.says('\n');
    return JSON.parse(this.stdout);
  }

  get threads(): number {
    return readdirSync(`/proc/${this.pid}/task`).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
  }
}

/** Attaches for so many milliseconds of recording, and gives the whole profile. */
export async function attachFor(
  pid: number,
  durationMs: number,
  events: AttachEvents = {},
  more: Partial<AttachOptions> = {},
): Promise<Profile> {
  let recorded: Profile | undefined;
  const sink = {
    append: async () => {},
    finish: async (profile: Profile) => {
      recorded = profile;
    },
  };
  const { signal } = new AbortController();
  await attach({ pids: [pid], engine: 'v8', sink, durationMs, signal, events, ...more });
  validate(recorded!);
  return recorded!;
}

/** The share of the samples' weight, idle apart, whose stack has a function of that name. */
export function shareOf(profile: Profile, name: string, thread: number): number {
  const { stacks, frames, functions } = profile;
  const [series] = profile.series.filter((each) => each.thread === thread);
  let busy = 0;
  let within = 0;
  for (let i = 0; i < series.pending; i++) {
    const names: string[] = [];
    for (let at = series.stacks.data[i]; at !== 0; at = stacks.columns.parent.data[at]) {
      names.push(functions.name(frames.func(stacks.columns.frame.data[at])));
    }
    if (names.includes('(idle)')) continue;
    busy += series.weights.data[i];
    if (names.includes(name)) within += series.weights.data[i];
  }
  return within / busy;
}

/** Waits until `done`. The test's own limit of time ends what never comes. */
export async function until(done: () => boolean): Promise<void> {
  while (!done()) await sleep(20);
}

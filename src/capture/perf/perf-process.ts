import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { findCommand } from '../find-command.js';
import { perfFailure, perfMissing } from './perf-failure.js';

/** Milliseconds that perf may take to end after it was told to. */
const END_LIMIT_MS = 5000;

/** What perf is told to record. */
export interface PerfRequest {
  /** The thread whose children are recorded, or the processes that are, with their children. */
  readonly target: { readonly launchTid: number } | { readonly pids: readonly number[] };
  readonly frequencyHz: number;
  readonly event: string;
  readonly searchPath: string | undefined;
  /** Takes what perf writes from the beginning on, where that is much before it is read. */
  readonly output?: Writable;
}

/** A running `perf record`, attached. Of a launch its events are off until `enable`. */
export class PerfProcess {
  private stderr = '';
  /** Resolves when perf has ended, however. */
  readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly event: string,
  ) {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-8192);
    });
    for (const pipe of [this.control, this.acknowledgements]) pipe.on('error', () => {});
    this.ended = once(child, 'close');
    this.ended.catch(() => {});
  }

  /** @throws UserError when perf is missing, too old or refused, with the cure */
  static async attach(request: PerfRequest): Promise<PerfProcess> {
    let file: string;
    try {
      file = findCommand('perf', request.searchPath);
    } catch {
      throw perfMissing();
    }
    // In a session of its own: Ctrl-C on the terminal is for the target, perf must outlive it.
    const child = spawn(file, perfArguments(request), {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', PERF_CONFIG: '/dev/null' },
    });
    const perf = new PerfProcess(child, request.event);
    if (request.output !== undefined) child.stdout!.pipe(request.output);
    // An answer to any command tells that perf is through with opening its events; these change nothing.
    await perf.command('launchTid' in request.target ? 'disable' : 'enable');
    return perf;
  }

  /** What perf writes: a perf.data in pipe mode. */
  get output(): Readable {
    return this.child.stdout!;
  }

  /** Samples are taken from now on. */
  async enable(): Promise<void> {
    await this.command('enable');
  }

  /** Makes perf hand over what its buffers hold; left alone it waits until they are half full. */
  nudge(): void {
    this.control.write('ping\n');
  }

  /** No more samples are taken; what was taken is written, and perf ends. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const limit = setTimeout(() => this.child.kill('SIGKILL'), END_LIMIT_MS);
    await this.ended;
    clearTimeout(limit);
  }

  /** Why perf ended, from its own words. */
  failure(): Error {
    return perfFailure(this.stderr, this.event);
  }

  private get control(): Writable {
    return this.child.stdio[3] as Writable;
  }

  private get acknowledgements(): Readable {
    return this.child.stdio[4] as Readable;
  }

  /** perf answers each command with `ack`; when it ends instead, what it said is why. */
  private async command(word: string): Promise<void> {
    const answered = once(this.acknowledgements, 'data');
    this.control.write(`${word}\n`);
    const first = await Promise.race([answered, this.ended.then(() => undefined)]);
    if (first === undefined) throw this.failure();
  }
}

function targetArguments(target: PerfRequest['target']): string[] {
  // A thread's children are not followed unless asked for; a process's are.
  if ('launchTid' in target) return ['-t', String(target.launchTid), '--inherit', '-D', '-1'];
  // While its events are off perf does not hear of new mappings: these are on from the beginning.
  return ['-p', target.pids.join(',')];
}

function perfArguments({ target, frequencyHz, event }: PerfRequest): string[] {
  return [
    'record',
    ...['-e', event, '-F', String(frequencyHz), '-g', '-k', 'mono'],
    ...targetArguments(target),
    // Counts of each thread at its end: the CPU time it was charged.
    '-s',
    // No copies of binaries in ~/.debug, no search for build ids, no helper thread that delays the end by a second.
    ...['-N', '-B', '--no-bpf-event'],
    ...['--control', 'fd:3,4', '-o', '-'],
  ];
}

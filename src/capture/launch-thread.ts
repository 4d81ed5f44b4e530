import { Worker } from 'node:worker_threads';
import { UserError } from '../profile/errors.js';
import type { TargetExit } from './engine.js';
import { statFields } from './procfs.js';

/** What to run: `file` with `argv`, whose first is the name the program sees itself by. */
interface LaunchSpec {
  readonly file: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** The command that was launched, with our own standard streams, process group and terminal. */
export interface Launched {
  readonly pid: number;
  readonly exited: Promise<TargetExit>;
}

type Message = { tid: number } | { pid: number } | { failed: string } | { exit: TargetExit };

/**
 * A thread of ours that does nothing but fork the target. What is attached to this one thread beforehand, and is
 * inherited, covers the target from its very first instruction and nothing else of ours: so it needs no holding,
 * no shell in between, and learns that perf is refused before anything was started.
 */
export class LaunchThread {
  private constructor(
    private readonly worker: Worker,
    readonly tid: number,
  ) {}

  static async start(): Promise<LaunchThread> {
    const worker = new Worker(`(${inThread})(require)`, { eval: true, env: {}, execArgv: [] });
    worker.unref();
    const { tid } = (await next(worker)) as { tid: number };
    return new LaunchThread(worker, tid);
  }

  /** @throws UserError when the file cannot be run after all */
  async launch(spec: LaunchSpec): Promise<Launched> {
    const cpuBefore = waitedCpuNs();
    const started = next(this.worker);
    this.worker.ref();
    this.worker.postMessage(spec);
    const message = (await started) as { pid: number } | { failed: string };
    if ('failed' in message) throw cannotLaunch(spec.file, message.failed);
    const exited = next(this.worker).then((last) => {
      return { ...(last as { exit: TargetExit }).exit, cpuNs: waitedCpuNs() - cpuBefore };
    });
    return { pid: message.pid, exited };
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/** CPU time of all children that ended: cutime and cstime of proc(5), in ticks of 10 ms for every program. */
function waitedCpuNs(): number {
  const fields = statFields('self') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 1e7;
}

function next(worker: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Runs in the thread, from its own source text: it may use nothing from outside. */
function inThread(require: NodeJS.Require): void {
  const { parentPort } = require('node:worker_threads') as typeof import('node:worker_threads');
  const { readlinkSync } = require('node:fs') as typeof import('node:fs');
  const { spawn } = require('node:child_process') as typeof import('node:child_process');
  parentPort!.once('message', ({ file, argv, cwd, env }: LaunchSpec) => {
    const child = spawn(file, argv.slice(1), { argv0: argv[0]!, cwd, env, stdio: 'inherit' });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) parentPort!.postMessage({ failed: error.code ?? error.message });
    });
    if (child.pid !== undefined) parentPort!.postMessage({ pid: child.pid });
    child.on('exit', (code, signal) => parentPort!.postMessage({ exit: { code, signal } }));
  });
  parentPort!.postMessage({ tid: Number(readlinkSync('/proc/thread-self').split('/').pop()) });
}

function cannotLaunch(file: string, reason: string): UserError {
  const why: Record<string, string> = {
    ENOENT: 'the interpreter in its first line does not exist; correct that line or install it',
    EACCES: 'its interpreter, or the working directory, may not be used by you; correct the permissions',
    ENOEXEC: 'it is no program for this machine; check how it was built',
    E2BIG: 'its arguments and environment are too long; shorten them',
  };
  return new UserError('COMMAND_NOT_EXECUTABLE', `${file} cannot be run: ${why[reason] ?? reason}.`, 126);
}

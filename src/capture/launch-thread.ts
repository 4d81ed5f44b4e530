import { Worker } from 'node:worker_threads';
import { threadUrl } from '../own-files.js';
import { UserError } from '../profile/errors.js';
import type { TargetExit } from './engine.js';
import type { SeenProcess } from './process-tree.js';
import { statFields } from './procfs.js';

/** What to run: `file` with `argv`, whose first is the name the program sees itself by. */
export interface LaunchSpec {
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

/** What the thread says: first its id, then how the launch went, what it sees of the processes, and the end. */
export type LaunchMessage =
  | { readonly tid: number }
  | { readonly pid: number }
  | { readonly failed: string }
  | { readonly news: readonly SeenProcess[] }
  | { readonly exit: TargetExit };

/**
 * A thread of ours that forks the target and watches its processes. What is attached to this one thread beforehand,
 * and is inherited, covers the target from its very first instruction and nothing else of ours: so it needs no
 * holding, no shell in between, and learns that perf is refused before anything was started.
 */
export class LaunchThread {
  private constructor(
    private readonly worker: Worker,
    readonly tid: number,
  ) {}

  static async start(): Promise<LaunchThread> {
    const worker = new Worker(threadUrl('capture/launch-worker.js'), { env: {}, execArgv: [] });
    worker.unref();
    const { tid } = await next(worker, 'tid');
    return new LaunchThread(worker, tid);
  }

  /**
   * @param onNews told of the target's processes, as they are seen; of what was seen before its end, before `exited`
   * @throws UserError when the file cannot be run after all
   */
  async launch(spec: LaunchSpec, onNews: (news: readonly SeenProcess[]) => void): Promise<Launched> {
    const cpuBefore = waitedCpuNs();
    const exited = next(this.worker, 'exit').then(({ exit }) => ({
      ...exit,
      cpuNs: waitedCpuNs() - cpuBefore,
    }));
    exited.catch(() => {});
    const launched = Promise.race([next(this.worker, 'pid'), next(this.worker, 'failed')]);
    this.worker.on('message', (message: LaunchMessage) => {
      if ('news' in message) onNews(message.news);
    });
    this.worker.ref();
    this.worker.postMessage(spec);
    const message = await launched;
    if ('failed' in message) throw cannotLaunch(spec.file, message.failed);
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

/** The next message of a kind. */
function next<Kind extends string>(
  worker: Worker,
  kind: Kind,
): Promise<Extract<LaunchMessage, { readonly [key in Kind]: unknown }>> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: LaunchMessage) => {
      if (kind in message) resolve(message as Extract<LaunchMessage, { readonly [key in Kind]: unknown }>);
    });
    worker.on('error', reject);
  });
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

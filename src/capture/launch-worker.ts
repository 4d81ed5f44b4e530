/**
 * The thread that forks the target and then watches its processes, see launch-thread.ts. It does so beside the main
 * thread, which may be busy for longer than a child lives.
 */
import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { LaunchMessage, LaunchSpec } from './launch-thread.js';
import { ProcessTree } from './process-tree.js';

/** Half of what Node needs to start and end again. */
const LOOK_MS = 20;
/** A look at many processes takes long and is repeated the later: at most a twentieth of a CPU goes into it. */
const LOOK_SHARE = 20;

const tree = new ProcessTree();

function post(message: LaunchMessage): void {
  parentPort!.postMessage(message);
}

function look(): void {
  const began = performance.now();
  tree.look();
  const news = tree.takeNews();
  if (news.length > 0) post({ news });
  const took = performance.now() - began;
  setTimeout(look, Math.max(LOOK_MS, took * LOOK_SHARE));
}

parentPort!.once('message', ({ file, argv, cwd, env }: LaunchSpec) => {
  const child = spawn(file, argv.slice(1), { argv0: argv[0]!, cwd, env, stdio: 'inherit' });
  child.on('error', (error: NodeJS.ErrnoException) => {
    if (child.pid === undefined) post({ failed: error.code ?? error.message });
  });
  child.on('exit', (code, signal) => post({ exit: { code, signal } }));
  if (child.pid === undefined) return;
  post({ pid: child.pid });
  tree.start(child.pid);
  look();
});

post({ tid: Number(readlinkSync('/proc/thread-self').split('/').pop()) });

/**
 * Loaded by `--require` into every thread of a recorded Node program. The work is done by a thread of its own
 * (streamer.ts), which reaches into this one through the inspector, also while it is busy; what must happen
 * here is to start that thread and to let it take the last samples before the process goes.
 *
 * Nothing here may throw into the program or print, and whatever the program may later replace is taken now.
 */
import fs = require('node:fs');
import os = require('node:os');
import path = require('node:path');
import workerThreads = require('node:worker_threads');
import guard = require('./child-guard.cjs');

import type {
  AgentConfig,
  CONFIG_VARIABLE as ConfigVariable,
  Flag,
  Request,
  STOP_FILE as StopFile,
  StreamerData,
} from './config.js' with { 'resolution-mode': 'import' };

import type { Installed, MARK as Mark } from './installed.js' with { 'resolution-mode': 'import' };

const { isMainThread, Worker } = workerThreads;
const { load, wait } = Atomics;
const now = process.hrtime.bigint.bind(process.hrtime);

// Values of config.ts, which as an ES module cannot be loaded here.
const CONFIG_VARIABLE: typeof ConfigVariable = 'STACKSCOPE_V8';
const MARK: typeof Mark = 'stackscope.thread';
const STOP_FILE: typeof StopFile = 'stop';
const READY: Flag.Ready = 0;
const ANSWERED: Flag.Answered = 1;
const GONE: Flag.Gone = 2;
const LISTENING: Flag.Listening = 3;
const CEASED: Flag.Ceased = 4;

/** Longest wait for the profiler to start; the program's start is held back by so much at most. */
const START_LIMIT_MS = 2000;
/** Longest wait for the last piece at the end of the process. */
const REQUEST_LIMIT_MS = 1000;
/** Longest wait for the last piece of a worker that is being terminated. */
const WORKER_END_LIMIT_MS = 100;
/**
 * Longest wait for a new worker to be profiled. It takes some 20 ms, more on a busy machine; all of it only when
 * the main thread is blocked, waiting for this very worker perhaps.
 */
const WORKER_START_LIMIT_MS = 300;

/** Waits for `done` without blocking the inspector: between two short sleeps V8 runs its interrupts. */
function waitUntil(done: () => boolean, limitMs: number): void {
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  const end = now() + BigInt(limitMs) * 1_000_000n;
  while (!done() && now() < end) wait(asleep, 0, 0, 1);
}

function readConfig(): AgentConfig | undefined {
  const text = process.env[CONFIG_VARIABLE];
  if (text === undefined) return undefined;
  const config = JSON.parse(text) as AgentConfig;
  if (!config.children) delete process.env[CONFIG_VARIABLE];
  if (config.onlyChildOf !== undefined && process.ppid !== config.onlyChildOf) return undefined;
  // The recording is over, and this process was started by one that it covered.
  const over = !fs.existsSync(config.spool) || fs.existsSync(path.join(config.spool, STOP_FILE));
  return over ? undefined : config;
}

function startMain(config: AgentConfig): void {
  const flags = new Int32Array(new SharedArrayBuffer(32));
  watchListeners(flags);
  const data: StreamerData = {
    config,
    flags,
    argv: process.argv,
    execArgv: process.execArgv,
    port: undefined,
  };
  const streamer = new Worker(path.join(__dirname, 'streamer.js'), {
    workerData: data,
    name: 'stackscope',
    env: {},
    // For the signal handles, see signals.ts.
    execArgv: ['--expose-internals', '--no-warnings'],
    stdout: true,
    stderr: true,
  });
  streamer.on('error', () => {});
  streamer.unref();
  waitUntil(() => load(flags, READY) === 1 || load(flags, GONE) === 1, START_LIMIT_MS);

  const post = streamer.postMessage.bind(streamer);
  const ask = (request: Request, limitMs: number) => {
    try {
      if (load(flags, GONE) === 1) return;
      const answered = load(flags, ANSWERED);
      post(request);
      waitUntil(() => load(flags, ANSWERED) !== answered || load(flags, GONE) === 1, limitMs);
      // The session's last message is processed here, or Node would announce that it waits for a debugger.
      if (request.kind === 'end') waitUntil(() => false, 2);
    } catch {
      // The program ends as it would have without us.
    }
  };
  process.on('exit', (code) => ask({ kind: 'end', exit: Number(code) || 0 }, REQUEST_LIMIT_MS));
  before(process, 'abort', () => ask({ kind: 'end', exit: 134 }, REQUEST_LIMIT_MS));
  before(process, 'kill', (_, [pid, signal]) => {
    const kills = signal === 'SIGKILL' || signal === os.constants.signals.SIGKILL;
    if (pid === process.pid && kills) ask({ kind: 'end', exit: 137 }, REQUEST_LIMIT_MS);
  });
  before(Worker.prototype, 'terminate', (worker) =>
    ask({ kind: 'flush', workerId: worker.threadId }, WORKER_END_LIMIT_MS),
  );
}

/** Keeps book of the signals the program listens to: the streamer must not end it on one of those. */
function watchListeners(flags: Int32Array): void {
  const { signals } = os.constants;
  const bitOf = (name: string | symbol) =>
    1 << (Object.hasOwn(signals, name) ? signals[name as NodeJS.Signals] : 0);
  for (const name of process.eventNames()) Atomics.or(flags, LISTENING, bitOf(name));
  process.on('newListener', (name) => Atomics.or(flags, LISTENING, bitOf(name)));
  process.on('removeListener', (name) => {
    if (bitOf(name) === 1 || process.listenerCount(name) > 0) return;
    Atomics.store(flags, CEASED, Number((now() / 1_000_000n) & 0x7fffffffn));
    Atomics.and(flags, LISTENING, ~bitOf(name));
  });
}

type Method = (...args: never[]) => unknown;

/** Runs `action` before each call of the method `name`, which stays the same to its callers. */
function before<Name extends string, Owner extends Record<Name, Method>>(
  owner: Owner,
  name: Name,
  action: (self: Owner, args: readonly unknown[]) => void,
): void {
  const wrapped = new Proxy(owner[name], {
    apply(target, self, args) {
      action(self, args);
      return Reflect.apply(target, self, args);
    },
  });
  Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value: wrapped });
}

/** Gives the streamer, which is told of new workers by the inspector, the time to start the profiler here. */
function awaitStreamer(): void {
  const mark = Symbol.for(MARK);
  const owner = globalThis as Record<symbol, Installed | undefined>;
  waitUntil(() => owner[mark] !== undefined, WORKER_START_LIMIT_MS);
  const installed = owner[mark];
  if (!installed) return;
  delete owner[mark];
  installed.schedstat = () => fs.readFileSync('/proc/thread-self/schedstat', 'latin1');
  installed.tid = Number(fs.readlinkSync('/proc/thread-self').split('/').pop());
}

try {
  delete require.cache[__filename];
  const config = readConfig();
  if (config) {
    if (isMainThread) startMain(config);
    else awaitStreamer();
    if (config.children) guard.guardChildren(guard.optionWords(__filename), guard.forbidsPreload);
  }
} catch {
  // Without a recording (no permission for threads, say), the program still runs: the collector tells.
}

/**
 * Evaluated in the main thread of a process that is attached to: its compiled text is sent through the inspector
 * whole, so that no module of ours is left in the process. It starts the thread that does the work (streamer.ts),
 * and sees to it that everything is gone when that thread has left.
 */
import process = require('node:process');
import timers = require('node:timers');
import url = require('node:url');
import workerThreads = require('node:worker_threads');

import type { AgentConfig, Flag, Request, StreamerData } from './config.js' with {
  'resolution-mode': 'import',
};

// Values of config.ts, which as an ES module cannot be loaded here.
const ANSWERED: Flag.Answered = 1;
const GONE: Flag.Gone = 2;
const INSPECTOR_CLOSED: Flag.InspectorClosed = 5;

/** Longest wait for the last piece at the end of the process. */
const END_LIMIT_MS = 1000;
/** The streamer says that it left just after it closed its session. */
const LEAVE_MS = 50;

/**
 * Starts the streamer, a compiled file or a `data:` url of its text; tells how many microseconds that took.
 * @param own to a recorder in this process, if that is where it is, and the flags for it to see
 */
function attach(
  streamerFile: string,
  config: AgentConfig,
  own?: { readonly port: workerThreads.MessagePort; readonly flags: Int32Array },
): number {
  const { load, wait, exchange } = Atomics;
  const now = process.hrtime.bigint;
  const began = now();
  const { port, flags } = own ?? { port: undefined, flags: new Int32Array(new SharedArrayBuffer(32)) };
  const { argv, execArgv } = process;
  const workerData: StreamerData = { config, flags, argv, execArgv, port };
  // Without a method that the program may have replaced.
  const isUrl = streamerFile[0] === 'd' && streamerFile[4] === ':';
  const streamer = new workerThreads.Worker(isUrl ? new url.URL(streamerFile) : streamerFile, {
    workerData,
    transferList: port ? [port] : [],
    name: 'stackscope',
    env: {},
    execArgv: ['--no-warnings'],
    stdout: true,
    stderr: true,
  });

  const waitUntil = (done: () => boolean, limitMs: number) => {
    const asleep = new Int32Array(new SharedArrayBuffer(4));
    const end = now() + BigInt(limitMs) * 1_000_000n;
    while (!done() && now() < end) wait(asleep, 0, 0, 1);
  };
  // Its name tells the next who attaches that somebody is here.
  const stackscopeExit = (code: number) => {
    if (load(flags, GONE) === 1) return;
    const request: Request = { kind: 'end', exit: Number(code) || 0 };
    streamer.postMessage(request);
    waitUntil(() => load(flags, ANSWERED) > 0 || load(flags, GONE) === 1, END_LIMIT_MS);
    waitUntil(() => false, 2);
  };
  process.on('exit', stackscopeExit);
  streamer.on('error', () => {});
  streamer.on('exit', () => process.removeListener('exit', stackscopeExit));
  streamer.on('message', () => void timers.setTimeout(() => void streamer.terminate(), LEAVE_MS).unref());
  // After the listeners: one for messages would keep a program from ending.
  streamer.unref();
  if (config.attached?.closeInspector) {
    const { _debugEnd } = process as unknown as { _debugEnd: () => void };
    timers.setTimeout(() => {
      if (exchange(flags, INSPECTOR_CLOSED, 1) === 0) _debugEnd();
    });
  }
  return Number((now() - began) / 1000n);
}

export = attach;

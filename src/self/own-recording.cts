/**
 * A recording that this process makes of itself, seen from its main thread. The work is done by two threads beside it,
 * one that samples (src/agent) and one that writes (recorder.ts). Nothing is loaded here but modules of Node, and
 * nothing throws later into the program.
 */
import path = require('node:path');
import process = require('node:process');
import timers = require('node:timers/promises');
import workerThreads = require('node:worker_threads');
import attach = require('../agent/attach.cjs');

import type { Flag } from '../agent/config.js' with { 'resolution-mode': 'import' };
import type * as protocol from './protocol.js' with { 'resolution-mode': 'import' };

// A value of src/agent/config.ts, which as an ES module cannot be loaded here.
const READY: Flag.Ready = 0;

/** Low, since the program goes on with its work. */
const FREQUENCY_HZ = 199;
/** Longest wait, at the end of the process, for the file to be whole. */
const END_LIMIT_MS = 10_000;
/** Longest wait for the thread that sampled to be gone. */
const LEAVE_LIMIT_MS = 1000;

/** Recordings that are being started, made or ended here. */
let current = 0;

class OwnRecording {
  /** Resolves with the file's path when this process is being sampled. */
  readonly started: Promise<string>;
  private readonly ended: Promise<protocol.RecordingResult>;
  private readonly worker: workerThreads.Worker;
  /** Shared with the thread that samples, at the indices of `Flag`. */
  private readonly flags = new Int32Array(new SharedArrayBuffer(32));
  /** Becomes 1 when the file is whole, or never will be. */
  private readonly done = new Int32Array(new SharedArrayBuffer(4));

  /**
   * Throws an error with a `code` when there can be no recording.
   * @param tells whether stderr is told where the recording is; this thread may not come to do so
   */
  constructor({ file = '.', frequencyHz = FREQUENCY_HZ }: protocol.RecordingOptions, tells = false) {
    refuse(frequencyHz);
    const { port1, port2 } = new workerThreads.MessageChannel();
    this.worker = startRecorder({
      place: path.resolve(file) + (/[/\\]$/.test(file) ? path.sep : ''),
      ...{ frequencyHz, tells, argv: process.argv, cwd: process.cwd(), port: port1, done: this.done },
    });
    current++;
    this.started = this.hears('recording', ({ file }) => file).catch(async (error) => {
      await untilLeft();
      throw error;
    });
    this.ended = this.hears('done', ({ result }) => result).finally(untilLeft);
    this.started.then(
      () => this.worker.unref(),
      () => {},
    );
    this.sample(port2, frequencyHz);
    // After the streamer's, which asks it for the last samples.
    process.on('exit', this.endNow);
    const isOver = () => {
      current--;
      process.removeListener('exit', this.endNow);
    };
    this.ended.then(isOver, isOver);
  }

  stop(): Promise<protocol.RecordingResult> {
    this.worker.ref();
    this.worker.postMessage('it was stopped');
    return this.ended;
  }

  /** Holds the program until it is being sampled. V8 is interrupted for that between two short sleeps. */
  holdUntilSampled(limitMs: number): void {
    this.waitFor(() => Atomics.load(this.flags, READY) === 1, limitMs);
  }

  private readonly endNow = (): void => {
    this.worker.postMessage('the process ended');
    this.waitFor(() => false, END_LIMIT_MS);
  };

  private waitFor(isThere: () => boolean, limitMs: number): void {
    const end = performance.now() + limitMs;
    while (!isThere() && performance.now() < end && Atomics.load(this.done, 0) === 0) {
      Atomics.wait(this.done, 0, 0, 1);
    }
  }

  /** Starts the thread that samples, at once: it needs nothing of this one, which may not come back for long. */
  private sample(port: workerThreads.MessagePort, frequencyHz: number): void {
    const intervalUs = Math.max(1, Math.round(1e6 / frequencyHz));
    // Making known what was compiled before would end the coverage that the program records.
    const nameOlder = process.env['NODE_V8_COVERAGE'] === undefined;
    const attached = { nameOlder, closeInspector: false };
    const config = { spool: '', intervalUs, profileFromNs: '0', children: false, attached };
    try {
      attach(path.join(__dirname, '../agent/streamer.js'), config, { port, flags: this.flags });
    } catch (error) {
      this.worker.postMessage((error as Error).message);
    }
  }

  /** What a message of the kind brings; rejects when the recorder failed before. */
  private hears<Kind extends protocol.RecorderMessage['kind'], Value>(
    kind: Kind,
    take: (message: Extract<protocol.RecorderMessage, { kind: Kind }>) => Value,
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.worker.on('message', (message: protocol.RecorderMessage) => {
        if (message.kind === kind)
          resolve(take(message as Extract<protocol.RecorderMessage, { kind: Kind }>));
        else if (message.kind === 'failed') reject(failure(message.code, message.message));
      });
      this.worker.on('error', (error) => reject(failure('SELF_FAILED', error.message)));
      this.worker.on('exit', () => reject(failure('SELF_FAILED', 'The thread that records has ended.')));
    });
  }
}

/** Until the thread that sampled is gone, so that the next recording may begin. */
async function untilLeft(): Promise<void> {
  for (let waited = 0; hasStreamer() && waited < LEAVE_LIMIT_MS; waited += 10) await timers.setTimeout(10);
}

function startRecorder(workerData: protocol.RecorderData): workerThreads.Worker {
  return new workerThreads.Worker(path.join(__dirname, 'recorder.js'), {
    workerData,
    transferList: [workerData.port],
    // By this name it is left out of the recording.
    name: 'stackscope',
    env: {},
    execArgv: ['--no-warnings'],
    stdout: true,
    stderr: true,
  });
}

function refuse(frequencyHz: number): void {
  if (!(frequencyHz >= 1 && frequencyHz <= 100_000)) {
    throw failure('USAGE', 'frequencyHz must be a number from 1 to 100000.');
  }
  if (!workerThreads.isMainThread) {
    throw failure('SELF_IN_WORKER', 'A recording is started in the main thread; it covers the workers too.');
  }
  if (current > 0 || hasStreamer()) {
    throw failure('SELF_TWICE', 'This program is being recorded already: stop that recording first.');
  }
}

/** Whether a streamer samples us, of our own or of one who attached: by the listener of src/agent/attach.cts. */
function hasStreamer(): boolean {
  return process.listeners('exit').some(({ name }) => name === 'stackscopeExit');
}

function failure(code: string, message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}

export = OwnRecording;

/**
 * `node --import stackscope/agent/auto app.js`: the program is recorded as the environment says, without a line of its
 * own. V8PROFILE=1: from its start to its end. STACKSCOPE_SIGNAL=SIGUSR2: from that signal to the next, as often as
 * it comes. STACKSCOPE_FILE: the file, or a folder for them.
 */
import os = require('node:os');
import process = require('node:process');
import workerThreads = require('node:worker_threads');
import OwnRecording = require('./own-recording.cjs');

const { V8PROFILE, STACKSCOPE_SIGNAL, STACKSCOPE_FILE } = process.env;

/** Those that end a program which does not listen to them: the recording is to be whole before. */
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Longest time that the program's start is held back. */
const START_LIMIT_MS = 2000;

let recording: OwnRecording | undefined;
/** Until the last one is over. */
let stopping = Promise.resolve();

function tell(words: string): void {
  process.stderr.write(`stackscope: ${words}\n`);
}

function start(): OwnRecording | undefined {
  try {
    const begun = new OwnRecording(STACKSCOPE_FILE ? { file: STACKSCOPE_FILE } : {}, true);
    for (const signal of ENDING) process.on(signal, onEnd);
    begun.started.catch(() => {
      if (recording === begun) forget();
    });
    recording = begun;
  } catch (error) {
    tell(`no recording: ${(error as Error).message}`);
  }
  return recording;
}

/** What becomes of it the recorder tells. */
function stop(which: OwnRecording): Promise<void> {
  forget();
  stopping = which.stop().then(
    () => {},
    () => {},
  );
  return stopping;
}

function forget(): void {
  recording = undefined;
  for (const signal of ENDING) process.removeListener(signal, onEnd);
}

/** The program's own listeners decide, if it has any. */
async function onEnd(signal: NodeJS.Signals): Promise<void> {
  if (recording === undefined || process.listenerCount(signal) > 1) return;
  await stop(recording);
  process.kill(process.pid, signal);
}

function listen(signal: string): void {
  if (!Object.hasOwn(os.constants.signals, signal)) {
    tell(`STACKSCOPE_SIGNAL=${signal} is no signal: give one like SIGUSR2`);
    return;
  }
  try {
    process.on(signal as NodeJS.Signals, () => {
      if (recording === undefined) void stopping.then(() => void start());
      else void stop(recording);
    });
  } catch (error) {
    tell(`${signal} cannot be listened to: ${(error as Error).message}`);
  }
}

if (workerThreads.isMainThread) {
  if (STACKSCOPE_SIGNAL) listen(STACKSCOPE_SIGNAL);
  if (V8PROFILE === '1') start()?.holdUntilSampled(START_LIMIT_MS);
}

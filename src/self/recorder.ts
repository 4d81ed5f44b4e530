/**
 * The thread that makes the file of a recording that a program makes of itself: it takes what the streamer
 * (src/agent/streamer.ts) sends, and does all that takes time beside the program.
 */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { visible } from '../cli/terminal.js';
import { UserError } from '../profile/errors.js';
import { writeRecordingAs } from './output.js';
import type { RecorderData, RecorderMessage } from './protocol.js';
import { SelfRecorder } from './self-recorder.js';

const data = workerData as RecorderData;

function post(message: RecorderMessage): void {
  parentPort!.postMessage(message);
  if (data.tells) tell(message);
}

function tell(message: RecorderMessage): void {
  const words =
    message.kind === 'recording'
      ? `recording process ${process.pid} into ${message.file}`
      : message.kind === 'done'
        ? `${message.result.samples} samples in ${message.result.file}`
        : `no recording: ${message.message}`;
  try {
    // Not by `process.stderr`, which in a worker waits for the main thread.
    writeSync(2, `stackscope: ${visible(words)}\n`);
  } catch {
    // It is closed, or nobody reads it.
  }
}

async function record(): Promise<RecorderMessage> {
  const recorder = new SelfRecorder(data);
  parentPort!.once('message', (why: string) => recorder.stop(why));
  const { file, bytes } = await writeRecordingAs(data, async (sink, file) => {
    await recorder.start(sink);
    post({ kind: 'recording', file });
    await recorder.finish();
  });
  return { kind: 'done', result: { file, bytes, ...recorder.facts } };
}

function failure(error: unknown): RecorderMessage {
  const code = error instanceof UserError ? error.code : 'SELF_FAILED';
  return { kind: 'failed', code, message: error instanceof Error ? error.message : String(error) };
}

const last = await record().catch(failure);
post(last);
Atomics.store(data.done, 0, 1);
// For a streamer that has not begun yet: it would not hear of the port's end.
data.port.postMessage('stop');
data.port.close();
parentPort!.close();

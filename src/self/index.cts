/** `stackscope/agent`: a program records itself, from when it says so until it says so, into a file. */
import OwnRecording = require('./own-recording.cjs');

import type * as protocol from './protocol.js' with { 'resolution-mode': 'import' };

/**
 * Begins to record this process by V8's profiler: the main thread and all workers, also those that are started later.
 * Resolves when it is being sampled; the start of the profiler stops the program once, the longer the larger its heap.
 * Rejects with an error whose `code` is in docs/errors.md when it cannot be, or is being recorded already.
 */
async function startRecording(options: agent.RecordingOptions = {}): Promise<agent.Recording> {
  const recording = new OwnRecording(options);
  return { file: await recording.started, stop: () => recording.stop() };
}

/** The types of its face, for those who load it by `require`. */
declare namespace agent {
  export type RecordingOptions = protocol.RecordingOptions;
  export type Recording = protocol.Recording;
  export type RecordingResult = protocol.RecordingResult;
}

const agent = { startRecording };

export = agent;

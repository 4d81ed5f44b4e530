import { dirname } from 'node:path';
import * as capture from '../capture/record.js';
import { type OutputOptions, type OutputResult, recordTo } from './recording.js';

/** What to record, and how. Only `command` is needed. */
export interface RecordOptions
  extends Omit<capture.RecordOptions, 'sink' | 'spareDirectory'>,
    OutputOptions {}

export interface RecordResult extends capture.RecordResult, OutputResult {}

/**
 * Runs a command to its end, records its whole stack, and writes that to a file. The command has our standard streams
 * and process group; this prints nothing. When `signal` is aborted the command gets SIGTERM, as after `durationMs`.
 * @throws UserError when it cannot be run (`exitCode` 126, 127), or the engine or the file fails (125)
 */
export async function record(options: RecordOptions): Promise<RecordResult> {
  const { output: _, signal, events, ...how } = options;
  let program: capture.RecordingControl | undefined;
  const end = () => program?.signal('SIGTERM');
  const launched = (control: capture.RecordingControl) => {
    program = control;
    if (signal?.aborted) end();
    events?.launched?.(control);
  };
  signal?.addEventListener('abort', end);
  try {
    return await recordTo(options, options.command, (sink, path) =>
      capture.record({ ...how, sink, spareDirectory: dirname(path), events: { ...events, launched } }),
    );
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

import * as capture from '../capture/attach/index.js';
import { commandLine } from '../capture/procfs.js';
import { type OutputOptions, type OutputResult, recordTo } from './recording.js';

/** What to record, and how. Only `pids` is needed. */
export interface AttachOptions extends Omit<capture.AttachOptions, 'sink' | 'signal'>, OutputOptions {}

export interface AttachResult extends capture.AttachResult, OutputResult {}

/**
 * Records Node processes that run already, by V8's profiler, writes that to a file, and leaves them as found. It ends
 * after `durationMs`, when `signal` is aborted, or when the last of them ends. Prints nothing.
 * @throws UserError when one cannot be attached to, or the file fails
 */
export function attach(options: AttachOptions): Promise<AttachResult> {
  const [, ...rest] = commandLine(options.pids[0] ?? 0);
  return recordTo(options, ['node', ...rest], (sink) => {
    const { output: _, signal = new AbortController().signal, ...how } = options;
    return capture.attach({ ...how, sink, signal });
  });
}

import { resolve } from 'node:path';
import { defaultName, writeRecording } from '../cli/recording-file.js';
import type { RecordingWriter } from '../profile/file/recording-writer.js';

/** What every way to make a recording is told. */
export interface OutputOptions {
  /**
   * The .stackscope file, which appears when it is whole. Default: NAME-YYYYMMDD-HHMMSS-PID.stackscope in the working
   * directory.
   */
  readonly output?: string;
  /** Ends the recording when it is aborted; what was recorded until then is kept. */
  readonly signal?: AbortSignal;
}

/** What every recording tells of its file. */
export interface OutputResult {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** @throws the signal's reason when it was aborted before; UserError with exit code 125 as `writeRecording` does */
export async function recordTo<Result>(
  { output, signal }: OutputOptions,
  command: readonly string[],
  record: (sink: RecordingWriter, path: string) => Promise<Result>,
): Promise<Result & OutputResult> {
  signal?.throwIfAborted();
  const path = resolve(output ?? defaultName(command));
  const written = { bytes: 0, clear() {} };
  const result = await writeRecording(path, written, (sink) => record(sink, path));
  return { ...result, path, bytes: written.bytes };
}

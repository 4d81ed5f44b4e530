import { statfsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../profile/errors.js';
import { RecordingWriter } from '../profile/file/recording-writer.js';
import { nodeCodec } from './codec.js';
import { EXIT } from './exit-codes.js';
import { cannotWrite, OutputFile } from './output-file.js';
import type { Words } from './record-words.js';

/** Less than this is no place to begin a recording. */
const LEAST_FREE_BYTES = 1 << 20;

/** What a recording is written to, from its beginning to its end. */
type RecordingOutput = Pick<OutputFile, 'path' | 'partPath' | 'write' | 'commit' | 'discard'>;

/** When its reader goes away, we must not: what was done to the program is still to be undone. */
function standardOutput(): RecordingOutput {
  const path = 'Standard output';
  process.stdout.removeAllListeners('error').on('error', () => {});
  const write = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(cannotWrite(path, error)) : resolve()));
    });
  return { path, partPath: undefined, write, commit: async () => {}, discard: async () => {} };
}

/** Opens the output before the program starts. What is wrong with it is our failure, not the program's. */
async function openOutput(path: string): Promise<RecordingOutput> {
  if (path === '-') return standardOutput();
  try {
    const file = await OutputFile.create(path);
    const { bavail, bsize } = statfsSync(dirname(resolve(path)));
    if (file.partPath !== undefined && bavail * bsize < LEAST_FREE_BYTES) {
      await file.discard();
      throw new UserError(
        'OUTPUT_UNWRITABLE',
        `${path} cannot be written: the disk is full; free some space or name another place with -o.`,
      );
    }
    return file;
  } catch (error) {
    if (error instanceof UserError) throw new UserError(error.code, error.message, EXIT.failed);
    throw error;
  }
}

/** Has `record` write a recording to `path`, and keeps what there is when it is cut. */
export async function writeRecording<T>(
  path: string,
  words: Pick<Words, 'bytes' | 'clear'>,
  record: (sink: RecordingWriter) => Promise<T>,
): Promise<T> {
  const file = await openOutput(path);
  const writer = new RecordingWriter(async (bytes) => {
    await file.write(bytes);
    words.bytes += bytes.length;
  }, nodeCodec);
  try {
    const result = await record(writer);
    await file.commit();
    return result;
  } catch (error) {
    throw await saveWhatIsThere(file, error);
  } finally {
    words.clear();
  }
}

/** A recording that was cut (the disk is full) is kept, for it can be recovered; one that never began is not. */
async function saveWhatIsThere(file: RecordingOutput, error: unknown): Promise<unknown> {
  const isCut = error instanceof UserError && error.code === 'RECORDING_CUT';
  if (!isCut || file.partPath === undefined) {
    await file.discard();
    return error;
  }
  await file.commit();
  const message = `${error.message} What was recorded until then: stackscope recover ${file.path}`;
  return new UserError(error.code, message, error.exitCode);
}

/** `NAME-YYYYMMDD-HHMMSS-PID.stackscope`; NAME is that of the program, or of its script. */
export function defaultName(command: readonly string[]): string {
  const script = /^node(js)?$/.test(basename(command[0] ?? ''))
    ? command.slice(1).find((word) => !word.startsWith('-'))
    : command[0];
  const name = basename(script ?? 'node')
    .replace(/\.[cm]?[jt]s$/, '')
    .replace(/[^\w.-]/g, '_');
  const stamp = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
  const [day, time] = stamp.slice(0, 19).replace(/[-:]/g, '').split('T');
  return `${name}-${day}-${time}-${process.pid}.stackscope`;
}

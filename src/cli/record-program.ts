import { statfsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type RecordingControl, type RecordResult, record } from '../capture/record.js';
import { signalNumber } from '../capture/signal-number.js';
import { UserError } from '../profile/errors.js';
import { RecordingWriter } from '../profile/file/recording-writer.js';
import { byteSize } from './byte-size.js';
import { nodeCodec } from './codec.js';
import { EXIT } from './exit-codes.js';
import { OutputFile } from './output-file.js';
import type { RecordCliOptions } from './record.js';
import { RecordSignals } from './record-signals.js';
import { tell } from './terminal.js';

/** Less than this is no place to begin a recording. */
const LEAST_FREE_BYTES = 1 << 20;

/** Records a program, says what was done on stderr, reports there, and sets the exit code to the program's. */
export async function recordProgram(command: readonly string[], options: RecordCliOptions): Promise<void> {
  checkCombinations(options);
  // A terminal that went away must not end us before the recording is whole.
  process.stderr.on('error', () => {});
  const words = new Words(options.json === true);
  const path = options.output ?? defaultName(command);
  const file = await openOutput(path);
  const signals = new RecordSignals((message) => words.say(message));
  const result = await recordInto(file, command, options, words, signals);
  words.say(`${result.samples} samples in ${path}, ${byteSize(words.bytes)}${programWords(result, command)}`);
  process.exitCode = exitCodeOf(result);
  if (!options.report || signals.dropsReport) return;
  const { printReport } = await import('./report.js');
  await printReport(path, { json: options.json === true }, process.stderr);
}

function checkCombinations(options: RecordCliOptions): void {
  const wrong =
    options.output === '-'
      ? "-o - is where the program's own output goes; name a file"
      : options.keep && options.duration === undefined
        ? '--keep needs --duration: how long to record'
        : undefined;
  if (wrong !== undefined) throw new UserError('USAGE', `${wrong}.`, EXIT.usage);
}

/** Opens the output before the program starts. What is wrong with it is our failure, not the program's. */
async function openOutput(path: string): Promise<OutputFile> {
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

async function recordInto(
  file: OutputFile,
  command: readonly string[],
  options: RecordCliOptions,
  words: Words,
  signals: RecordSignals,
): Promise<RecordResult> {
  const writer = new RecordingWriter(async (bytes) => {
    await file.write(bytes);
    words.bytes += bytes.length;
  }, nodeCodec);
  try {
    const result = await record({
      command,
      sink: writer,
      engine: options.engine,
      frequencyHz: options.freq,
      event: options.event,
      delayMs: options.delay,
      children: options.children,
      sourceMaps: options.sourceMaps,
      keep: options.keep === true,
      ...(options.duration === undefined ? {} : { durationMs: options.duration }),
      ...(options.onPort === undefined ? {} : { onPort: options.onPort }),
      spareDirectory: dirname(resolve(file.path)),
      events: {
        launched(control) {
          words.say(startWords(control, options, file.path));
          signals.attach(control);
        },
        progress: ({ elapsedMs, samples }) => words.progress(elapsedMs, samples),
        notice: (message) => words.say(message),
      },
    });
    await file.commit();
    return result;
  } catch (error) {
    throw await saveWhatIsThere(file, error);
  } finally {
    words.clear();
  }
}

/** A recording that was cut (the disk is full) is kept, for it can be recovered; one that never began is not. */
async function saveWhatIsThere(file: OutputFile, error: unknown): Promise<unknown> {
  const isCut = error instanceof UserError && error.code === 'RECORDING_CUT';
  if (!isCut || file.partPath === undefined) {
    await file.discard();
    return error;
  }
  await file.commit();
  const message = `${error.message} What was recorded until then: stackscope recover ${file.path}`;
  return new UserError(error.code, message, error.exitCode);
}

function startWords({ pid, engine, why }: RecordingControl, options: RecordCliOptions, path: string): string {
  const what =
    engine === 'perf' ? `perf at ${options.freq} Hz` : `V8's profiler at ${options.freq} Hz, JavaScript only`;
  return `recording process ${pid} with ${what} into ${path}${why === '' ? '' : ` (${why})`}`;
}

/** Says which process the program is, where it is not the one that was typed. */
function programWords({ program }: RecordResult, command: readonly string[]): string {
  if (program === null || program.command.split(' ')[0] === command[0]) return '';
  return `; the program is process ${program.pid}, ${program.command}`;
}

function exitCodeOf({ exit }: RecordResult): number {
  return exit.signal === null ? (exit.code ?? 0) : 128 + signalNumber(exit.signal);
}

function defaultName(command: readonly string[]): string {
  const script = /^node(js)?$/.test(basename(command[0]))
    ? command.slice(1).find((word) => !word.startsWith('-'))
    : command[0];
  const name = basename(script ?? 'node')
    .replace(/\.[cm]?[jt]s$/, '')
    .replace(/[^\w.-]/g, '_');
  const stamp = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
  const [day, time] = stamp.slice(0, 19).replace(/[-:]/g, '').split('T');
  return `${name}-${day}-${time}-${process.pid}.stackscope`;
}

/** Our own words, on stderr: one line each, and on a terminal a last line that is written over. */
class Words {
  /** Size of the recording so far. */
  bytes = 0;
  private showsProgress = false;

  constructor(private readonly isQuiet: boolean) {}

  say(message: string): void {
    this.clear();
    if (!this.isQuiet) tell(`stackscope: ${message}`);
  }

  progress(elapsedMs: number, samples: number): void {
    if (this.isQuiet || !process.stderr.isTTY) return;
    const seconds = (elapsedMs / 1000).toFixed(1);
    process.stderr.write(`\r\x1b[K${seconds} s, ${samples} samples, ${byteSize(this.bytes)}`);
    this.showsProgress = true;
  }

  clear(): void {
    if (this.showsProgress) process.stderr.write('\r\x1b[K');
    this.showsProgress = false;
  }
}

import { dirname, resolve } from 'node:path';
import { type RecordingControl, type RecordResult, record } from '../capture/record.js';
import { signalNumber } from '../capture/signal-number.js';
import { UserError } from '../profile/errors.js';
import { byteSize } from './byte-size.js';
import { EXIT } from './exit-codes.js';
import type { RecordCliOptions } from './record.js';
import { RecordSignals } from './record-signals.js';
import { Words } from './record-words.js';
import { defaultName, writeRecording } from './recording-file.js';

const FREQUENCY_HZ = 997;

/** Records a program, says what was done on stderr, reports there, and sets the exit code to the program's. */
export async function recordProgram(command: readonly string[], options: RecordCliOptions): Promise<void> {
  checkCombinations(options);
  // A terminal that went away must not end us before the recording is whole.
  process.stderr.on('error', () => {});
  const words = new Words(options.json === true);
  const path = options.output ?? defaultName(command);
  const signals = new RecordSignals((message) => words.say(message));
  const result = await recordInto(path, command, options, words, signals);
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

function recordInto(
  path: string,
  command: readonly string[],
  options: RecordCliOptions,
  words: Words,
  signals: RecordSignals,
): Promise<RecordResult> {
  return writeRecording(path, words, (sink) =>
    record({
      command,
      sink,
      engine: options.engine,
      io: options.io,
      frequencyHz: options.freq ?? FREQUENCY_HZ,
      event: options.event,
      delayMs: options.delay,
      children: options.children ?? true,
      sourceMaps: options.sourceMaps,
      keep: options.keep === true,
      ...(options.duration === undefined ? {} : { durationMs: options.duration }),
      ...(options.onPort === undefined ? {} : { onPort: options.onPort }),
      spareDirectory: dirname(resolve(path)),
      events: {
        launched(control) {
          words.say(startWords(control, options, path));
          signals.attach(control);
        },
        progress: ({ elapsedMs, samples }) => words.progress(elapsedMs, samples),
        notice: (message) => words.say(message),
      },
    }),
  );
}

function startWords({ pid, engine, why }: RecordingControl, options: RecordCliOptions, path: string): string {
  const hertz = options.freq ?? FREQUENCY_HZ;
  const what = engine === 'perf' ? `perf at ${hertz} Hz` : `V8's profiler at ${hertz} Hz, JavaScript only`;
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

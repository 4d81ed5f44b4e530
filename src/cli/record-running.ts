import { availableParallelism, loadavg } from 'node:os';
import { basename } from 'node:path';
import {
  ATTACH_FREQUENCY_HZ,
  type AttachedBy,
  type AttachResult,
  attach,
  type EngineName,
} from '../capture/attach/index.js';
import type { ProcessFacts } from '../capture/attach/inject.js';
import { heapWords, type PausePlan } from '../capture/attach/pause.js';
import { type AttachTarget, lookAtTarget } from '../capture/attach/target.js';
import { type ChosenProcesses, chooseProcesses } from '../capture/find/choose-processes.js';
import { UserError } from '../profile/errors.js';
import { asked } from './asked-process.js';
import { byteSize } from './byte-size.js';
import { EXIT } from './exit-codes.js';
import type { RecordCliOptions } from './record.js';
import { Words } from './record-words.js';
import { defaultName, writeRecording } from './recording-file.js';

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Records processes that run already, says what is done to them on stderr, and reports there. */
export async function recordRunning(command: readonly string[], options: RecordCliOptions): Promise<void> {
  checkCombinations(command, options);
  process.stderr.on('error', () => {});
  const chosen = chooseProcesses(options.pid.map(asked), options.children);
  const words = new Words(options.json === true);
  const path = options.output ?? defaultName(nameOf(chosen.pids));
  for (const found of chosen.words) words.say(found);
  const ending = endingSignals();
  const result = await attachInto(path, chosen, options, words, ending);
  words.say(`${result.samples} samples in ${placeOf(path)}, ${byteSize(words.bytes)}`);
  // What went to stdout is gone: who has it reports it.
  if (!options.report || path === '-') return;
  const { printReport } = await import('./report.js');
  await printReport(path, { json: options.json === true }, process.stderr);
}

function checkCombinations(command: readonly string[], options: RecordCliOptions): void {
  const wrong =
    command.length > 0
      ? '--pid attaches to a program that runs, and a command starts one: give one of the two'
      : options.keep || options.onPort !== undefined || options.delay > 0
        ? '--keep, --on-port and --delay are for a program that is launched: leave them out'
        : options.output === '-' && process.stdout.isTTY
          ? '-o - would write the recording onto the terminal: send it on (> FILE, | stackscope report -)'
          : undefined;
  if (wrong !== undefined) throw new UserError('USAGE', `${wrong}.`, EXIT.usage);
}

/** Its command with a plain `node`, whatever the path to it is, so that the file is named after the script. */
function nameOf([pid]: readonly number[]): string[] {
  const [node, ...rest] = lookAtTarget(pid).command;
  return [basename(node ?? 'node'), ...rest];
}

function endingSignals(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ENDING) process.on(signal, () => ending.abort());
  return ending.signal;
}

function attachInto(
  path: string,
  { pids, relatives }: ChosenProcesses,
  options: RecordCliOptions,
  words: Words,
  signal: AbortSignal,
): Promise<AttachResult> {
  const frequencyHz = options.freq ?? ATTACH_FREQUENCY_HZ;
  return writeRecording(path, words, (sink) =>
    attach({
      pids,
      relatives,
      sink,
      frequencyHz,
      signal,
      engine: options.engine,
      event: options.event,
      children: options.children !== false,
      ...(options.duration === undefined ? {} : { durationMs: options.duration }),
      ...(options.maxPause === undefined ? {} : { maxPauseMs: options.maxPause }),
      events: {
        attaching: ({ pid, command }) =>
          words.say(
            `attaching to process ${pid}, ${command.join(' ')}; Node writes of its debugger on its stderr`,
          ),
        pausing: (target, facts, pause) => words.say(pauseWords(target, facts, pause)),
        recording: (how) => words.say(startWords(how, frequencyHz, path, options)),
        progress: ({ elapsedMs, samples }) => words.progress(elapsedMs, samples),
        notice: (message) => words.say(message),
      },
    }),
  );
}

function pauseWords({ pid }: AttachTarget, facts: ProcessFacts, pause: PausePlan): string {
  const cheap = pause.nameOlder ? '' : ', leaving out the names of functions that were compiled before';
  const busy = loadavg()[0] > availableParallelism() ? '; longer, since the machine is busy' : '';
  return `starting the profiler stops process ${pid} once, for about ${pause.predictedMs} ms (Node ${facts.node.slice(1)}, heap of ${heapWords(facts)})${cheap}${busy}`;
}

const ENGINES: Readonly<Record<EngineName, (hertz: number) => string>> = {
  perf: (hertz) => `perf at ${hertz} Hz, nothing is done to it`,
  v8: (hertz) => `V8's profiler at ${hertz} Hz, JavaScript only`,
  'perf+v8': (hertz) => `perf and V8's profiler at ${hertz} Hz each`,
};

function startWords(
  { pids, engine, why }: AttachedBy,
  hertz: number,
  path: string,
  { duration }: RecordCliOptions,
): string {
  const what = `recording process ${pids.join(', ')} with ${ENGINES[engine](hertz)}, into ${placeOf(path)}`;
  const end = duration === undefined ? '; Ctrl-C ends the recording' : ` for ${duration / 1000} s`;
  return `${what}${end}${why === '' ? '' : ` (${why})`}`;
}

function placeOf(path: string): string {
  return path === '-' ? 'standard output' : path;
}

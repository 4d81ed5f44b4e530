import { basename } from 'node:path';
import { ATTACH_FREQUENCY_HZ, type AttachResult, attach } from '../capture/attach/index.js';
import type { ProcessFacts } from '../capture/attach/inject.js';
import type { PausePlan } from '../capture/attach/pause.js';
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
  words.say(`${result.samples} samples in ${path}, ${byteSize(words.bytes)}`);
  if (!options.report) return;
  const { printReport } = await import('./report.js');
  await printReport(path, { json: options.json === true }, process.stderr);
}

function checkCombinations(command: readonly string[], options: RecordCliOptions): void {
  const wrong =
    command.length > 0
      ? '--pid attaches to a program that runs, and a command starts one: give one of the two'
      : options.engine === 'perf'
        ? '--pid records by V8 alone so far: leave out --engine perf'
        : options.output === '-'
          ? '-o - is not written to: name a file'
          : (['keep', 'onPort'] as const).find((option) => options[option] !== undefined) !== undefined
            ? '--keep and --on-port are for a program that is launched: leave them out'
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
      ...(options.duration === undefined ? {} : { durationMs: options.duration }),
      ...(options.maxPause === undefined ? {} : { maxPauseMs: options.maxPause }),
      events: {
        attaching: ({ pid, command }) =>
          words.say(
            `attaching to process ${pid}, ${command.join(' ')}; Node writes of its debugger on its stderr`,
          ),
        pausing: (target, facts, pause) => words.say(pauseWords(target, facts, pause)),
        attached: ({ pid }) => words.say(startWords(pid, frequencyHz, path, options)),
        progress: ({ elapsedMs, samples }) => words.progress(elapsedMs, samples),
        notice: (message) => words.say(message),
      },
    }),
  );
}

function pauseWords({ pid }: AttachTarget, { node, heapBytes }: ProcessFacts, pause: PausePlan): string {
  const heap = `${Math.round(heapBytes / 1e6)} MB of heap`;
  const cheap = pause.nameOlder ? '' : ', leaving out the names of functions that were compiled before';
  return `starting the profiler stops process ${pid} once, for about ${pause.predictedMs} ms (Node ${node.slice(1)}, ${heap})${cheap}`;
}

function startWords(pid: number, hertz: number, path: string, { duration }: RecordCliOptions): string {
  const end = duration === undefined ? '; Ctrl-C ends the recording' : ` for ${duration / 1000} s`;
  return `recording process ${pid} with V8's profiler at ${hertz} Hz, JavaScript only into ${path}${end}`;
}

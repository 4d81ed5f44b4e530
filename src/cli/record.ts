import { UserError } from '../profile/errors.js';
import { Command, InvalidArgumentError, Option } from './commander.js';

/** The options of `stackscope record`, parsed. */
export interface RecordCliOptions {
  /** Processes to attach to, each an id or `:PORT`; empty when a program is launched. */
  readonly pid: readonly string[];
  /** Milliseconds for which an attach may stop the program. */
  readonly maxPause?: number;
  /** Default: 997, 199 of a process that is attached to. */
  readonly freq?: number;
  /** Milliseconds. */
  readonly duration?: number;
  readonly keep?: true;
  readonly output?: string;
  readonly engine: 'auto' | 'perf' | 'v8';
  readonly io: 'auto' | 'agent' | 'off';
  readonly event: string;
  /** Milliseconds. */
  readonly delay: number;
  /** Undefined when neither was said: a launched program's are recorded, and a cluster's workers with -p. */
  readonly children?: boolean;
  readonly onPort?: string;
  readonly sourceMaps: boolean;
  readonly report: boolean;
  readonly json?: true;
}

/** `stackscope record`. What it needs is loaded only when it runs, so that `--help` is quick. */
export function recordCommand(): Command {
  return new Command('record')
    .description(
      'Run a program, or attach to one that runs; record its stack, and report where its CPU time went',
    )
    .usage('[options] [--] COMMAND…   or   record -p PID [options]')
    .argument('[command...]', 'the program and its arguments; options after it are its own')
    .passThroughOptions()
    .option(
      '-p, --pid <pid>',
      'attach to this Node process, or to who listens at :PORT; repeatable',
      collected,
      [],
    )
    .option(
      '-F, --freq <hertz>',
      'samples per second of each running thread (default: 997, 199 with -p)',
      frequency,
    )
    .option(
      '-d, --duration <time>',
      'record for so long (10, 500ms, 2m), then end it by SIGTERM (with -p: let it run on)',
      milliseconds,
    )
    .option('--keep', 'let the program run on after --duration')
    .option(
      '-o, --output <file>',
      'the recording (default: NAME-YYYYMMDD-HHMMSS-PID.stackscope); - is standard output, with -p',
    )
    .addOption(
      new Option(
        '--engine <engine>',
        'perf sees every layer, v8 JavaScript only; auto takes the best that works, with -p both where perf cannot name JavaScript',
      )
        .choices(['auto', 'perf', 'v8'])
        .default('auto'),
    )
    .addOption(
      new Option('--io <where>', 'see outbound calls by an agent inside the program, or not at all')
        .choices(['auto', 'agent', 'off'])
        .default('auto'),
    )
    .option('-e, --event <event>', "what perf samples, see 'perf list'", 'cpu-clock')
    .option('--delay <time>', 'begin to sample so long after its start', milliseconds, 0)
    .option('--max-pause <ms>', 'with -p: do not stop the program for longer', pause)
    .option('--children', 'with -p: also the Node processes that it has started, as they are now')
    .option('--no-children', 'leave out the processes it starts, and with -p the workers of a cluster')
    .option(
      '--on-port <command>',
      'once it listens, run this with $PORT set; when that ends, end the program',
    )
    .option('--no-source-maps', 'show bundled and compiled functions as they ran, not as they were written')
    .option('--no-report', 'write the recording only')
    .option('--json', 'the report as JSON; nothing else of ours is printed')
    .action(async (command: string[], options: RecordCliOptions) => {
      if (options.pid.length > 0) {
        const { recordRunning } = await import('./record-running.js');
        await recordRunning(command, options);
      } else if (command.length > 0) {
        const { recordProgram } = await import('./record-program.js');
        await recordProgram(command, options);
      } else {
        throw new UserError(
          'USAGE',
          "missing required argument 'command', or --pid; see stackscope record --help.",
          2,
        );
      }
    });
}

function collected(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

function frequency(text: string): number {
  const hertz = Number(text);
  if (!Number.isInteger(hertz) || hertz < 1 || hertz > 100_000) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 100000.');
  }
  return hertz;
}

function pause(text: string): number {
  const time = Number(text.replace(/ms$/, ''));
  if (!(time > 0)) throw new InvalidArgumentError('Give a number of milliseconds.');
  return time;
}

/** `10` and `10s` are seconds; also `500ms`, `2m`, `1h`. */
function milliseconds(text: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const time = Number(amount) * units[unit ?? 's'];
  // The longest that a timer can wait for, about 24 days.
  if (!(time >= 1 && time < 2 ** 31)) throw new InvalidArgumentError('Give a time like 10, 500ms, 2m or 1h.');
  return time;
}

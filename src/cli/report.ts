import type { Profile } from '../profile/profile.js';
import { Command, InvalidArgumentError, Option } from './commander.js';
import type { ReportOptions } from './report/print.js';
import type { Output } from './terminal.js';
import { withViewOptions } from './view-options.js';

const PARTS = ['cpu', 'blocked', 'wall'];
const GROUPINGS = ['function', 'file', 'package', 'layer', 'thread', 'process'];

/** `stackscope report`. */
export function reportCommand(): Command {
  const command = new Command('report')
    .description(
      'Say where the CPU time of a recording goes: the culprit, layers, functions, stacks, threads',
    )
    .argument('<file>', 'a recording of any format that stackscope reads; - is standard input')
    .addOption(new Option('--by <what>', 'one table instead of the report').choices(GROUPINGS))
    .addOption(
      new Option('--sort <key>', 'order of that table').choices(['self', 'total', 'name']).default('self'),
    )
    .addOption(
      new Option('--of <part>', "what of wall time (V8's samples) to show; cpu unless given").choices(PARTS),
    )
    .option('--tree', 'the call tree, from the outermost functions')
    .option('--inverted', 'the call tree, from the innermost functions to their callers')
    .option('--thread <id>', 'only threads of this id, role or name')
    .option('--from <time>', 'only from this time after the start: 2.5, 300ms, 1m')
    .option('--to <time>', 'only up to this time after the start')
    .option('--layer <name>', 'only what ran in this layer: kernel, v8, application …')
    .option('--grep <pattern>', 'only stacks with a function or file that matches the regular expression')
    .option('--limit <n>', 'rows of each table, lines of a tree', positive)
    .option(
      '--operations',
      'what the program waited for, one JSON object a line: docs/operations.schema.json',
    )
    .option('--egress', 'which package called which host, and how it came to it')
    .option('--allow <hosts>', 'with --egress: hosts that may be called, as a.example,*.b.example')
    .option('--fail-on-egress', 'with --egress: exit with 3 when another host was called')
    .option('--json', 'as JSON: docs/report.schema.json')
    .addOption(new Option('--format <name>', 'as a document').choices(['markdown', 'csv']));
  return withViewOptions(command).action(async (file: string, options: ReportOptions) =>
    printReport(file, options, process.stdout),
  );
}

/**
 * Writes the report of a recording (a profile, or a file of any format, `-` for standard input) to `stream`.
 * @throws UserError when it cannot be read or an option cannot be meant
 */
export async function printReport(
  recording: Profile | string,
  options: ReportOptions,
  stream: Output,
): Promise<void> {
  const print = await import('./report/print.js');
  await print.printReport(recording, options, stream);
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('A whole number from 1 is needed.');
}

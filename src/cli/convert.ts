import { Command, Option } from './commander.js';
import type { ConvertOptions } from './convert-recording.js';
import { withViewOptions } from './view-options.js';

/** `stackscope convert`. What it needs is loaded only when it runs, so that `--help` is quick. */
export function convertCommand(): Command {
  const command = new Command('convert')
    .description('Write recordings in another format')
    .argument(
      '[files...]',
      'recordings of any format that stackscope reads, told by their content; - is standard input',
    )
    .option('--list', 'every format: what it keeps, and how it was verified')
    .option('-f, --format <name>', 'to write, see --list; else told by the suffix of --output')
    .option(
      '-o, --output <file>',
      'where to write, - is standard output (default: standard output unless that is a terminal, then FILE with the suffix of the format)',
    )
    .option('--from <name>', 'read the files as this format, whatever is in them')
    .option('--merge', 'sum several files up; processes stay apart otherwise')
    .option('--legacy', 'the older shape of the format: the tree of a .cpuprofile of before 2016');
  return withViewOptions(command)
    .option('--title <text>', 'svg: its heading')
    .addOption(
      new Option('--colors <palette>', 'svg: what colours tell').choices(['layer', 'js', 'hot', 'mem', 'io']),
    )
    .option('--inverted', 'svg: roots at the top, an icicle graph')
    .action(async (files: readonly string[], options: ConvertOptions) => {
      const { convert } = await import('./convert-recording.js');
      await convert(files, options);
    });
}

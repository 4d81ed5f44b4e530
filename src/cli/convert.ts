import { Command } from './commander.js';

/** `stackscope convert`. What it needs is loaded only when it runs, so that `--help` is quick. */
export function convertCommand(): Command {
  return new Command('convert')
    .description('Write a recording in another format')
    .argument(
      '<file>',
      'a recording of any format that stackscope reads, told by its content; - is standard input',
    )
    .option(
      '-f, --format <name>',
      'folded, cpuprofile, stackscope or html; else told by the suffix of --output',
    )
    .option(
      '-o, --output <file>',
      'where to write, - is standard output (default: standard output unless that is a terminal, then FILE with the suffix of the format)',
    )
    .action(async (file: string, options: { format?: string; output?: string }) => {
      const { convert } = await import('./convert-recording.js');
      await convert(file, options);
    });
}

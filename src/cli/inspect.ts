import { Command } from './commander.js';

/** `stackscope inspect`. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Show what is in a file: records or blocks, tables, counts')
    .argument(
      '<file>',
      'a file of any format that stackscope reads, told by its content; - is standard input',
    )
    .option('--json', 'as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const { inspect } = await import('./inspect-file.js');
      await inspect(file, options);
    });
}

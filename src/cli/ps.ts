import { Command } from './commander.js';

/** `stackscope ps`. */
export function psCommand(): Command {
  return new Command('ps')
    .description('List the Node processes that run here, and whether each can be recorded with -p')
    .option('--json', 'as JSON: docs/ps.schema.json')
    .action(async (options: { json?: boolean }) => {
      const { printProcesses } = await import('./ps/print.js');
      await printProcesses(options);
    });
}

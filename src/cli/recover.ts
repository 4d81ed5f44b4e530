import { Command } from './commander.js';

/** `stackscope recover`. */
export function recoverCommand(): Command {
  return new Command('recover')
    .description('Save what is whole of a .stackscope recording that was cut or damaged')
    .argument('<file>', 'the recording, also the .part file of one that never got its name')
    .option(
      '-o, --output <file>',
      'where to write, - is standard output (default: FILE.recovered.stackscope)',
    )
    .action(async (file: string, options: { output?: string }) => {
      const { recover } = await import('./recover-recording.js');
      await recover(file, options);
    });
}

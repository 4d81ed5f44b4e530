import { Command } from './commander.js';

/** `stackscope doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what can be recorded here, what is missing, and the command that gives it')
    .option('-p, --pid <pid>', 'for this process, or for who listens at :PORT')
    .option('--json', 'as JSON: docs/doctor.schema.json')
    .action(async (options: { pid?: string; json?: boolean }) => {
      const { printDiagnosis } = await import('./doctor/print.js');
      await printDiagnosis(options);
    });
}

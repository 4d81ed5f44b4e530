import { Argument, Command, Option } from './commander.js';

const DEMOS = ['fibonacci'] as const;

/** `stackscope demo [NAME]`: records a small server under load and reads the recording with the user. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('record a small server under load, report, and compare: stackscope in ten seconds')
    .addArgument(new Argument('[name]', 'which one').choices(DEMOS).default('fibonacci'))
    .option('-d, --duration <seconds>', 'how long the load runs', '6')
    .addOption(
      new Option('--engine <engine>', 'as for record').choices(['auto', 'perf', 'v8']).default('auto'),
    )
    .option('-o, --output <file>', 'where the recording goes', 'fibonacci.stackscope')
    .action(async (_name: string, options: { duration: string; engine: string; output: string }) => {
      const { runFibonacciDemo } = await import('./demo/fibonacci.js');
      process.exitCode = await runFibonacciDemo(options);
    });
}

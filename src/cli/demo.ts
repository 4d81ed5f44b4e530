import { Argument, Command, Option } from './commander.js';

const DEMOS = ['external-request', 'fibonacci'] as const;

interface DemoCliOptions {
  readonly duration: string;
  readonly engine: string;
  readonly output?: string;
}

/** `stackscope demo [NAME]`: records a small server under load and reads the recording with the user. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'record a small server under load and report what it waits for, or what burns its CPU: stackscope in ten seconds',
    )
    .addArgument(new Argument('[name]', 'which one').choices(DEMOS).default('external-request'))
    .option('-d, --duration <seconds>', 'how long the load runs', '6')
    .addOption(
      new Option('--engine <engine>', 'as for record').choices(['auto', 'perf', 'v8']).default('auto'),
    )
    .option('-o, --output <file>', 'where the recording goes (default: NAME.stackscope)')
    .action(
      async (name: (typeof DEMOS)[number], { output = `${name}.stackscope`, ...options }: DemoCliOptions) => {
        if (name === 'fibonacci') {
          const { runFibonacciDemo } = await import('./demo/fibonacci.js');
          process.exitCode = await runFibonacciDemo({ ...options, output });
        } else {
          const { runExternalRequestDemo } = await import('./demo/external-request.js');
          process.exitCode = await runExternalRequestDemo({ ...options, output });
        }
      },
    );
}

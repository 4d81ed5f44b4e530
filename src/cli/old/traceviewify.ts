#!/usr/bin/env node
/** `traceviewify`: a .cpuprofile as trace events. Options of thlorenz/traceviewify. */
import { ownVersion } from '../../own-files.js';
import { Command, InvalidArgumentError } from '../commander.js';
import { runCommand } from '../run-command.js';
import type { TraceviewifyOptions } from './traceviewify-run.js';

const TODAY = `
Times are those of the samples, and a function's category is its layer.

Option of the old traceviewify that cannot be kept:
  cpu               a number that it wrote beside each sample; no viewer shows it

Example:
  traceviewify app.cpuprofile > trace.json    then open it in ui.perfetto.dev or chrome://tracing

Today's way: stackscope convert FILE -f trace-events`;

function program(): Command {
  return new Command('traceviewify')
    .description(
      'Turn a .cpuprofile of any age, or any recording, into trace events for Perfetto and chrome://tracing',
    )
    .usage('[options] [FILE] < app.cpuprofile > trace.json')
    .version(ownVersion(), '-V, --version')
    .argument('[file]', 'in place of standard input', '-')
    .option('--pid <number>', 'process id to write (default: the recorded one)', id)
    .option('--tid <number>', 'thread id to write (default: the recorded one)', id)
    .option('-o, --output <file>', 'in place of standard output', '-')
    .addHelpText('after', TODAY)
    .action(async (file: string, options: TraceviewifyOptions) => {
      const { traceviewify } = await import('./traceviewify-run.js');
      await traceviewify(file, options);
    });
}

function id(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  throw new InvalidArgumentError('A whole number from 0 is needed.');
}

await runCommand(program());

import { Command, InvalidArgumentError } from './commander.js';
import type { ViewOptions } from './view/view-recordings.js';

/** `stackscope view`. */
export function viewCommand(): Command {
  return new Command('view')
    .description('Show recordings in the browser: flame graph, time chart, tables, over all threads and time')
    .argument('<file...>', 'recordings of any format that stackscope reads; - is standard input')
    .option('-o, --output <file>', 'write one page with the recordings in it, which needs no server, and end')
    .option('--port <n>', 'of the server on 127.0.0.1 (default: one that is free)', port)
    .option('--no-open', 'print the address and open no browser')
    .action(async (files: string[], options: ViewOptions) => {
      const { viewRecordings } = await import('./view/view-recordings.js');
      await viewRecordings(files, options);
    });
}

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new InvalidArgumentError('A port from 1 to 65535 is needed.');
}

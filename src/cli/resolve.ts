import { Command } from './commander.js';
import type { ResolveOptions } from './resolve-input.js';

const EXAMPLES = `
The text comes from standard input and goes to standard output, line by line; only addresses that have a name change.
lldb, gdb, Instruments, perf script, DTrace, bpftrace and plain lists of addresses are understood.

Examples:
  lldb -p PID -o bt -o quit | stackscope resolve -p PID
  stackscope resolve --map /tmp/perf-4711.map < callgraph.csv
  echo 0x401136 | stackscope resolve --elf ./a.out`;

/** `stackscope resolve`. What it needs is loaded only when it runs, so that `--help` is quick. */
export function resolveCommand(): Command {
  return new Command('resolve')
    .description('Name the addresses in a text: run-time code by its perf map, native code by its symbols')
    .option('-p, --pid <pid>', 'a process that runs: its native code, its perf map, the kernel')
    .option('--map <file>', 'a perf map, as node --perf-basic-prof writes it')
    .option('--elf <file>', 'an executable or library, whose own addresses are in the text')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ResolveOptions) => {
      const { resolve } = await import('./resolve-input.js');
      await resolve(options);
    });
}

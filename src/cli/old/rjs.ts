#!/usr/bin/env node
/** `rjs`: resolves the addresses in a text by a perf map. The command of thlorenz/resolve-jit-symbols. */
import { ownVersion } from '../../own-files.js';
import { Command } from '../commander.js';
import { runCommand } from '../run-command.js';

const TODAY = `
As ever: the text comes from standard input and goes to standard output. It had no options, and has none.

What is cured: the text streams; an address behind the end of a function stays an address, where it got the name of the
function before it; of functions that lay at one address one after the other the newest counts; addresses may be
of any width, with zeros before them or without 0x; a process in a container has its map found.

Examples:
  cat callstack.csv | rjs /tmp/perf-4711.map
  cat callstack.txt | rjs 4711

Today's way: stackscope resolve --map FILE, or stackscope resolve -p PID, which names native code too`;

function program(): Command {
  return new Command('rjs')
    .description('Resolve the addresses of run-time code in a text by a perf map')
    .version(ownVersion(), '-V, --version')
    .argument('<map>', 'a perf map (/tmp/perf-PID.map), or the pid of the process that writes one')
    .addHelpText('after', TODAY)
    .action(async (map: string) => {
      const { resolveByMap } = await import('./rjs-run.js');
      await resolveByMap(map);
    });
}

await runCommand(program());

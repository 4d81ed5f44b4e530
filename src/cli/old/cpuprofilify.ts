#!/usr/bin/env node
/** `cpuprofilify`: what `perf script` or DTrace printed, as a .cpuprofile. Options of thlorenz/cpuprofilify. */
import { ownVersion } from '../../own-files.js';
import { Command, Option } from '../commander.js';
import { runCommand } from '../run-command.js';
import type { CpuprofilifyOptions } from './cpuprofilify-run.js';

const TODAY = `
A hidden frame's time is its caller's, and how much that is is said on stderr.

Examples:
  perf record -g -- node --perf-basic-prof --interpreted-frames-native-stack app.js
  perf script | cpuprofilify > app.cpuprofile
  sudo profile_1ms -c 'node --perf-basic-prof app.js' | cpuprofilify > app.cpuprofile

Today's way, which needs no flags and keeps every layer:
  stackscope record -- node app.js
  stackscope convert FILE --hide v8internals,sysinternals,unresolved -f cpuprofile`;

function program(): Command {
  const command = new Command('cpuprofilify')
    .description('Turn the text of perf script or DTrace, or any recording, into a .cpuprofile')
    .usage('[options] [FILE] < trace.txt > my.cpuprofile')
    .argument('[file]', 'in place of standard input', '-')
    .version(ownVersion(), '-V, --version');
  const pair = (name: string, keeps: string, isKept: boolean) => {
    command.option(`--${name}`, `${keeps}${isKept ? ' (default)' : ''}`);
    command.option(`--no${name}`, isKept ? 'do not' : 'do not (default)');
  };
  pair('unresolveds', 'keep addresses without a name', false);
  pair('sysinternals', 'keep what the system runs before the program, such as __libc_start_main', false);
  pair('v8internals', "keep V8's own functions", false);
  pair('v8gc', 'keep garbage collection where V8 is hidden', true);
  pair('shortStack', 'keep stacks of only one line', false);
  pair('optimizationinfo', 'put V8’s marks before names: * optimised, ~ interpreted', false);
  return command
    .addOption(
      new Option('--type <type>', 'of the input, else told by its content').choices(['perf', 'dtrace']),
    )
    .option('--map <file>', 'a perf map that names addresses (default: /tmp/perf-PID.map if it is there)')
    .option('--legacy', 'write the tree of before 2016, as cpuprofilify did')
    .option('--verbose', 'say whose time was folded into whom')
    .addHelpText('after', TODAY)
    .action(async (file: string, options: CpuprofilifyOptions) => {
      const { cpuprofilify } = await import('./cpuprofilify-run.js');
      await cpuprofilify(file, options);
    });
}

await runCommand(program());

#!/usr/bin/env node
/** `profile_1ms`: a sample every millisecond. Options of the DTrace script profile_1ms.d of thlorenz/cpuprofilify. */
import { ownVersion } from '../../own-files.js';
import { Command, Option } from '../commander.js';
import { runCommand } from '../run-command.js';
import type { ProfileOptions } from './profile-1ms-run.js';

const TODAY = `
On Linux it is stackscope that records, with perf where that works; what comes out is a recording that cpuprofilify,
flamegraph and stackscope read. The program's own output goes to stderr. On macOS dtrace runs dtrace/profile_1ms.d, and
what comes out is its text.

Options of the old profile_1ms.d that cannot be kept on Linux:
  -x OPTION         it is an option of dtrace; nothing of it is needed here

Examples:
  profile_1ms -c 'node app.js' | cpuprofilify > app.cpuprofile
  profile_1ms -p PID | flamegraph > app.svg          Ctrl-C ends it

Today's way: stackscope record -- node app.js, or stackscope record -p PID`;

function program(): Command {
  return new Command('profile_1ms')
    .description(
      'Sample the stack of a program every millisecond, to be piped into cpuprofilify or flamegraph',
    )
    .version(ownVersion(), '-V, --version')
    .option('-p, --pid <pid>', 'a process that runs')
    .option('-c, --command <command>', 'a command to run, its words parted by blanks')
    .option('-o, --output <file>', 'in place of standard output')
    .addOption(new Option('-x <option>', 'of dtrace').hideHelp())
    .addHelpText('after', TODAY)
    .action(async (options: ProfileOptions) => {
      const { profile1ms } = await import('./profile-1ms-run.js');
      await profile1ms(options);
    });
}

await runCommand(program());

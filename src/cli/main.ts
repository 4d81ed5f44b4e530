#!/usr/bin/env node
import { IS_ONE_FILE, ownVersion } from '../own-files.js';
import { Command } from './commander.js';
import { convertCommand } from './convert.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { inspectCommand } from './inspect.js';
import { psCommand } from './ps.js';
import { recordCommand } from './record.js';
import { recoverCommand } from './recover.js';
import { reportCommand } from './report.js';
import { resolveCommand } from './resolve.js';
import { runCommand } from './run-command.js';
import { viewCommand } from './view.js';

function program(): Command {
  const command = new Command('stackscope')
    .description('See the whole stack of a running Node.js program: kernel, libc, libuv, C++, V8, JavaScript')
    .version(ownVersion(), '-V, --version')
    .enablePositionalOptions()
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES);
  for (const make of [
    recordCommand,
    reportCommand,
    viewCommand,
    convertCommand,
    inspectCommand,
    recoverCommand,
    psCommand,
    doctorCommand,
    resolveCommand,
    // Its server is a file of its own.
    ...(IS_ONE_FILE ? [] : [demoCommand]),
  ]) {
    command.addCommand(make());
  }
  return command;
}

const EXAMPLES = `
Examples:
  stackscope record -- node server.js      run it, Ctrl-C, read where its CPU time went
  stackscope record -d 10 npm start        ten seconds, then SIGTERM to the program
  stackscope ps                            which Node processes run here, and can be recorded
  stackscope record -p PID -d 15           one of them, for 15 seconds, without a restart
  stackscope view FILE                     the recording in the browser
  stackscope report FILE --by package      the same recording, by npm package
  stackscope convert FILE -f cpuprofile    for DevTools, VS Code, speedscope`;

void runCommand(program());

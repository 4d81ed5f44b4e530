#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { UserError } from '../profile/errors.js';
import { Command, CommanderError } from './commander.js';
import { convertCommand } from './convert.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { EXIT } from './exit-codes.js';
import { inspectCommand } from './inspect.js';
import { psCommand } from './ps.js';
import { recordCommand } from './record.js';
import { recoverCommand } from './recover.js';
import { reportCommand } from './report.js';
import { viewCommand } from './view.js';

/** Reads the version where npm keeps it, two folders up from the built file. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function program(): Command {
  const command = new Command('stackscope')
    .description('See the whole stack of a running Node.js program: kernel, libc, libuv, C++, V8, JavaScript')
    .version(version(), '-V, --version')
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
    demoCommand,
  ]) {
    command.addCommand(make());
  }
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ outputError: () => {} });
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

/** Turns any failure into the words and the exit code the user sees. */
async function explain(error: unknown): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  // Loaded here: `--help` needs neither widths nor colours.
  const { tell } = await import('./terminal.js');
  const say = (words: string) => tell(`stackscope: ${words}`);
  if (error instanceof CommanderError) {
    if (error.code !== 'commander.help') say(usageWords(error));
    return EXIT.usage;
  }
  if (error instanceof UserError) {
    say(error.message);
    return error.exitCode;
  }
  const detail = error instanceof Error ? error : new Error(String(error));
  say(`this should not have happened: ${detail.message}`);
  process.stderr.write(
    process.env['STACKSCOPE_DEBUG'] === undefined
      ? 'Run again with STACKSCOPE_DEBUG=1 to see where, and please report it.\n'
      : `${detail.stack}\n`,
  );
  return EXIT.failed;
}

/** `error: unknown option '--jso'\n(Did you mean --json?)` as one sentence. */
function usageWords({ message }: CommanderError): string {
  const words = message.replace(/^error: /, '').replace(/\n(?=\(Did you mean)/, ' ');
  return /[.)]$/.test(words) ? words : `${words}; see stackscope --help`;
}

/** A reader that went away (`| head`) is no failure: there is nobody left to tell. */
process.stdout.on('error', async (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const { cannotWrite } = await import('./output-file.js');
  process.exit(await explain(cannotWrite('Standard output', error)));
});
process.stderr.on('error', () => {});
process.on('uncaughtException', async (error) => process.exit(await explain(error)));

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = await explain(error);
}

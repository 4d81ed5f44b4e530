import { UserError } from '../profile/errors.js';
import { type Command, CommanderError } from './commander.js';
import { EXIT } from './exit-codes.js';

/** Runs a command with the arguments of this process: its words go to stderr, failures are told in one sentence. */
export async function runCommand(command: Command): Promise<void> {
  const name = command.name();
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ outputError: () => {} });
  }
  // A reader that went away (`| head`) is no failure: there is nobody left to tell.
  process.stdout.on('error', async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    const { cannotWrite } = await import('./output-file.js');
    process.exit(await explain(name, cannotWrite('Standard output', error)));
  });
  process.stderr.on('error', () => {});
  process.on('uncaughtException', async (error) => process.exit(await explain(name, error)));
  try {
    await command.parseAsync();
  } catch (error) {
    process.exitCode = await explain(name, error);
  }
}

/** Turns any failure into the words and the exit code the user sees. */
async function explain(name: string, error: unknown): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  // Loaded here: `--help` needs neither widths nor colours.
  const { tell } = await import('./terminal.js');
  const say = (words: string) => tell(`${name}: ${words}`);
  if (error instanceof CommanderError) {
    if (error.code !== 'commander.help') say(usageWords(name, error));
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
function usageWords(name: string, { message }: CommanderError): string {
  const words = message.replace(/^error: /, '').replace(/\n(?=\(Did you mean)/, ' ');
  return /[.)]$/.test(words) ? words : `${words}; see ${name} --help`;
}

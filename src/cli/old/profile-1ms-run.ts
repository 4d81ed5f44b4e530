import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../profile/errors.js';
import { EXIT } from '../exit-codes.js';
import { writeOutput } from '../output-file.js';
import { tell } from '../terminal.js';

export interface ProfileOptions {
  readonly pid?: string;
  readonly command?: string;
  readonly output?: string;
  /** An option of dtrace. */
  readonly x?: string;
}

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../../dtrace/profile_1ms.d', import.meta.url));

/** Records at 1000 Hz and writes the recording to standard output; ends with the exit code of what recorded. */
export async function profile1ms(options: ProfileOptions): Promise<void> {
  check(options);
  process.exitCode = process.platform === 'darwin' ? await byDtrace(options) : await byStackscope(options);
}

function check({ pid, command, output }: ProfileOptions): void {
  const wrong =
    (pid === undefined) === (command === undefined)
      ? 'name a process with -p or a command with -c'
      : process.stdout.isTTY && output === undefined
        ? 'what comes out is not for a terminal: pipe it into cpuprofilify or flamegraph, or name a file with -o'
        : undefined;
  if (wrong !== undefined) throw new UserError('USAGE', `${wrong}; see profile_1ms --help.`, EXIT.usage);
}

async function byDtrace({ pid, command, output, x }: ProfileOptions): Promise<number> {
  const target = pid === undefined ? ['-c', command!] : ['-p', pid];
  const into = output === undefined ? [] : ['-o', output];
  const extra = x === undefined ? [] : ['-x', x];
  return run('dtrace', ['-s', SCRIPT, ...extra, ...into, ...target], ['inherit', 'inherit', 'inherit']);
}

async function byStackscope({ pid, command, output, x }: ProfileOptions): Promise<number> {
  if (x !== undefined) tell(`-x ${x} is an option of dtrace and does nothing here.`);
  const folder = await mkdtemp(join(tmpdir(), 'profile_1ms-'));
  try {
    const file = join(folder, 'recording.stackscope');
    const target = pid === undefined ? ['--', ...words(command!)] : ['-p', pid];
    // Standard output is where the recording goes: what the program says goes where our own words go.
    const args = [MAIN, 'record', '-F', '1000', '--no-report', '--json', '-o', file, ...target];
    const code = await run(process.execPath, args, ['inherit', 2, 'inherit']);
    if (existsSync(file)) await copy(file, output ?? '-');
    return code;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a command to its end, and hands on the signals that are sent to us; those of the terminal reach it by themselves. */
async function run(command: string, args: readonly string[], stdio: ('inherit' | number)[]): Promise<number> {
  const child = spawn(command, args, { stdio });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const wait = () => {};
  process.on('SIGTERM', forward).on('SIGINT', wait);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  } finally {
    process.off('SIGTERM', forward).off('SIGINT', wait);
  }
}

async function copy(file: string, output: string): Promise<void> {
  await writeOutput(output, async (write) => {
    for await (const piece of createReadStream(file)) await write(piece as Buffer);
  });
}

/** Words parted by blanks, as dtrace does, but that those in quotes stay together. */
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain,
  );
}

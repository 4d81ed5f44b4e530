import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../profile/errors.js';
import { EXIT } from '../exit-codes.js';

/** As typed. */
export interface DemoOptions {
  /** Seconds of load. */
  readonly duration: string;
  readonly engine: string;
  /** The recording. */
  readonly output: string;
}

/** What a demo records. */
export interface DemoServer {
  /** The command that makes the load, and how it is shown to who reads along. */
  readonly load: string;
  readonly shownLoad: string;
  /** The server's file and arguments. */
  readonly server: readonly string[];
}

/** @throws UserError when it is no time a demo runs */
export function secondsOf({ duration }: DemoOptions): number {
  const seconds = Number(duration);
  if (seconds > 0 && seconds <= 600) return seconds;
  throw new UserError(
    'BAD_DURATION',
    `--duration takes seconds from 0 to 600, not '${duration}'.`,
    EXIT.usage,
  );
}

/** Runs `stackscope record` exactly as a user would, and shows how. Returns its exit code. */
export async function recordServer(
  { engine: wanted, output }: DemoOptions,
  { load, shownLoad, server }: DemoServer,
): Promise<number> {
  const engine = wanted === 'auto' ? [] : ['--engine', wanted];
  process.stderr.write(
    `  stackscope record ${[...engine, ''].join(' ')}-o ${output} --on-port '${shownLoad}' -- node ${server.join(' ')}\n\n`,
  );
  const args = ['record', ...engine, '-o', output, '--on-port', load];
  const command = fileURLToPath(new URL('../main.js', import.meta.url));
  const child = spawn(process.execPath, [command, ...args, '--', process.execPath, ...server], {
    stdio: 'inherit',
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal === null ? (code ?? EXIT.failed) : EXIT.failed;
}

/** The folder of the demos' programs, from here when it is below. */
export function demosFolder(): string {
  const absolute = fileURLToPath(new URL('../../../demos/', import.meta.url));
  const path = relative('', absolute);
  return path.startsWith('..') ? absolute : path;
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

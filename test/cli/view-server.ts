import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { COMMAND } from '../e2e/stackscope.js';

/** `stackscope view` as it runs. */
export interface Viewing {
  readonly child: ChildProcess;
  readonly address: string;
  readonly port: number;
  readonly token: string;
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts it without a browser and waits for its address. */
export async function startViewing(
  files: readonly string[],
  options: readonly string[] = [],
): Promise<Viewing> {
  const child = spawn(process.execPath, [COMMAND, 'view', '--no-open', ...options, ...files], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let text = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const found = /http:\/\/\S+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.once('close', () => reject(new Error(text)));
  });
  const { port, pathname } = new URL(address);
  return { child, address, port: Number(port), token: pathname.slice(1, -1), ended };
}

/** Sends bytes to the server as they are, and returns all that it answers. */
export function ask(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('latin1').on('data', (piece: string) => {
      answer += piece;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}

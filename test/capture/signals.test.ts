import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, stackscope } from '../e2e/stackscope.js';

const WAIT = join(import.meta.dirname, 'programs/wait.cjs');
const CTRL_C = '\x03';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stackscope-capture-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const RECORD = [process.execPath, COMMAND, 'record', '-o', 'r.stackscope', '--', process.execPath, WAIT];

/** Runs a command, calls `act` once its output holds each text in turn, and returns its end. */
async function converse(child: ChildProcess, steps: readonly (readonly [after: string, act: () => void])[]) {
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let from = 0;
  let next = 0;
  const look = (text: string) => {
    output += text;
    while (next < steps.length && output.indexOf(steps[next][0], from) >= 0) {
      from = output.indexOf(steps[next][0], from) + steps[next][0].length;
      steps[next++][1]();
    }
  };
  for (const stream of [child.stdout, child.stderr]) stream!.setEncoding('utf8').on('data', look);
  return { code: await ended, output };
}

describe('on a terminal', () => {
  const onTerminal = (...args: string[]) => {
    // exec: a shell that stayed would take the Ctrl-C as well, and die of it as $SHELL has it.
    const line = `exec ${[...RECORD, ...args].join(' ')}`;
    const child = spawn('script', ['-qefc', line, '/dev/null'], { cwd: directory, stdio: 'pipe' });
    const press = () => void child.stdin!.write(CTRL_C);
    // That the program heard of the last one does not say that stackscope did: two that wait for it would be one.
    return { child, press, pressLater: () => void setTimeout(press, 200) };
  };

  test('Ctrl-C reaches the program once, and the report follows', async () => {
    const { child, press } = onTerminal('exit');
    const { code, output } = await converse(child, [['ready', press]]);
    expect(code).toBe(7);
    expect(output.match(/SIGINT \d/g)).toEqual(['SIGINT 1']);
    expect(output).toContain('By layer');
  });

  test('the second kills it, the third drops the report', async () => {
    const twice = onTerminal();
    const killed = await converse(twice.child, [
      ['ready', twice.press],
      ['SIGINT 1', twice.pressLater],
    ]);
    expect(killed.code).toBe(137);
    expect(killed.output).toContain('By layer');
    const thrice = onTerminal();
    const dropped = await converse(thrice.child, [
      ['ready', thrice.press],
      ['SIGINT 1', thrice.pressLater],
      ['killing the program', thrice.press],
    ]);
    expect(dropped.code).toBe(137);
    expect(dropped.output).toMatch(/samples in r\.stackscope/);
    expect(dropped.output).not.toContain('By layer');
    expect((await stackscope(['report', 'r.stackscope'], { cwd: directory })).code).toBe(0);
  });
});

describe('without a terminal', () => {
  /** In a session of its own, as a service is. */
  const alone = (...args: string[]) =>
    spawn(RECORD[0], [...RECORD.slice(1), ...args], {
      cwd: directory,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test.each(['SIGINT', 'SIGHUP', 'SIGUSR2'] as const)('%s is passed on once', async (signal) => {
    const child = alone('exit');
    const { code, output } = await converse(child, [['ready', () => child.kill(signal)]]);
    expect(code).toBe(7);
    expect(output.match(/SIG\w+ \d/g)).toEqual([`${signal} 1`]);
  });

  test('SIGTERM ends a program that does not handle it: 128 + 15', async () => {
    const child = alone();
    const { code, output } = await converse(child, [['ready', () => child.kill('SIGTERM')]]);
    expect(code).toBe(143);
    expect(output).toContain('By layer');
  });
});

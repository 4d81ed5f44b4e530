import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND, stackscope } from '../e2e/stackscope.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stackscope-capture-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const BUSY = `console.log(process.pid);
  setInterval(function busy() { const end = Date.now() + 3; while (Date.now() < end); }, 6)`;

test.concurrent.each(['perf', 'v8'])(
  'what stackscope had recorded when it was killed can be recovered, %s',
  async (engine) => {
    const args = [
      'record',
      '--engine',
      engine,
      '-o',
      `${engine}.stackscope`,
      '--',
      process.execPath,
      '-e',
      BUSY,
    ];
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = Number(String((await once(child.stdout, 'data'))[0]));
    await pause(4500);
    const killedMs = Date.now();
    child.kill('SIGKILL');
    await once(child, 'exit');
    // The program lives on.
    process.kill(pid, 'SIGKILL');

    const part = readdirSync(directory).find((name) => name.startsWith(engine) && name.endsWith('.part'))!;
    const recovered = await stackscope(['recover', part], { cwd: directory });
    expect(recovered).toMatchObject({ code: 0, stderr: expect.stringContaining('is whole up to byte') });
    const read = async (...options: string[]) => {
      const file = `${engine}.recovered.stackscope`;
      return JSON.parse(
        (await stackscope(['report', file, '--json', ...options], { cwd: directory })).stdout,
      );
    };
    const whole = await read();
    expect(whole.processes).toMatchObject([{ pid, command: expect.stringContaining('-e') }]);
    expect(whole.culprit.name).toBe('busy');
    const lost = 3000;
    const lastMs = killedMs - Date.parse(whole.recording.started) - lost;
    expect((await read('--from', `${lastMs}ms`)).totals.samples).toBeGreaterThan(0);
  },
);

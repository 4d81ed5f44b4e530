import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { COMMAND, scratchDirectory, stackscope } from '../../e2e/stackscope.js';
import { Target, until } from './targets.js';

const scratch = scratchDirectory();
afterAll(() => scratch.remove());

function recordToPipe(pid: number, engine: string, duration: string) {
  const args = [COMMAND, 'record', '-p', String(pid), '-d', duration, '--engine', engine, '-o', '-'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const recorder = { child, stderr: '', pieces: [] as Buffer[] };
  child.stdout.on('data', (piece: Buffer) => recorder.pieces.push(piece));
  child.stderr.on('data', (text) => {
    recorder.stderr += text;
  });
  return recorder;
}

it.each(['v8', 'auto'])('goes to standard output by -o -, the words to stderr: %s', async (engine) => {
  await using target = await Target.start(24, []);
  const recorder = recordToPipe(target.pid, engine, '1');
  expect(await once(recorder.child, 'close')).toEqual([0, null]);
  const file = join(scratch.path, `${engine}.stackscope`);
  writeFileSync(file, Buffer.concat(recorder.pieces));
  const { code, stdout } = await stackscope(['report', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Culprit: (hot|leaf) {2}hot\.cjs/);
  expect(stdout).not.toContain('recorder was cut');
  expect(recorder.stderr).toMatch(/into standard output for 1 s/);
  expect(recorder.stderr).toMatch(/\d+ samples in standard output/);
  expect(recorder.stderr).not.toContain('Culprit');
});

it('whose reader goes away ends the recording, and the program is left as found', async () => {
  await using target = await Target.start(22, []);
  const before = target.threads;
  const recorder = recordToPipe(target.pid, 'auto', '60');
  await until(() => recorder.stderr.includes('recording process'));
  recorder.child.stdout.destroy();
  expect(await once(recorder.child, 'close')).toEqual([125, null]);
  expect(recorder.stderr).toContain('whoever read it is gone');
  await until(() => target.threads <= before);
});

it('goes to a terminal by no means, nor takes what is for launched programs', async () => {
  for (const option of ['--keep', '--on-port=x', '--delay=2']) {
    const { code, stderr } = await stackscope(['record', '-p', '1', option]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--keep, --on-port and --delay are for a program that is launched/);
  }
});

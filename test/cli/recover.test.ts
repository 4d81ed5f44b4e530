import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openProfile } from '../../src/cli/open-profile.js';
import { NO_PROCESS } from '../../src/profile/processes.js';
import { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { validate } from '../../src/profile/validate.js';
import { recordingOf } from '../profile/file/memory-file.js';

const COMMAND = join(import.meta.dirname, '../../dist/cli/main.js');

let folder: string;
let bytes: Uint8Array;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recover-'));
  const profile = new Profile();
  const process = profile.processes.add({ pid: 1, parent: NO_PROCESS, start: 0, command: 'node' });
  const series = profile.addSeries(profile.threads.add(process, 1, 'node', 0), 'cpu-clock', Unit.CpuNs);
  for (let i = 0; i < 100_000; i++) series.add(i * 1000, 0, 1_000_000);
  bytes = await recordingOf(profile);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function recover(...args: string[]) {
  return spawnSync(process.execPath, [COMMAND, 'recover', ...args], { cwd: folder, encoding: 'utf8' });
}

test('a cut recording becomes a whole one of what was before the cut', async () => {
  writeFileSync(join(folder, 'a.stackscope'), bytes.subarray(0, -200));
  const { status, stdout, stderr } = recover('a.stackscope');
  expect(stderr).toMatch(
    /^a\.stackscope is whole up to byte \d+ of \d+: what was recorded after that is lost\.\nWrote 65,536 samples to a\.recovered\.stackscope\.\n$/,
  );
  expect(stdout).toBe('');
  expect(status).toBe(0);
  const recovered = await openProfile(join(folder, 'a.recovered.stackscope'));
  validate(recovered);
  expect(recovered.series[0].sampleCount).toBe(65_536);
  expect(recovered.info.durationUs).toBe(65_535_000);
  expect(recovered.quality.notes.map(({ code }) => code)).toEqual(['RECORDING_CUT']);
});

test('a recording that never got its name is recovered under it, or where one says', async () => {
  writeFileSync(join(folder, 'a.stackscope.123.part'), bytes.subarray(0, -200));
  expect(recover('a.stackscope.123.part').stderr).toContain('to a.recovered.stackscope.');
  expect(recover('a.stackscope.123.part', '-o', 'b.stackscope').stderr).toContain('to b.stackscope.');
  expect(readFileSync(join(folder, 'b.stackscope'))).toEqual(
    readFileSync(join(folder, 'a.recovered.stackscope')),
  );
});

test('a whole recording stays what it is', async () => {
  writeFileSync(join(folder, 'a.stackscope'), bytes);
  expect(recover('a.stackscope').stderr).toBe(
    'The recording is whole.\nWrote 100,000 samples to a.recovered.stackscope.\n',
  );
});

test('what is no recording is refused', () => {
  writeFileSync(join(folder, 'a.stackscope'), 'hello');
  const { status, stderr } = recover('a.stackscope');
  expect(stderr).toBe(
    'stackscope: a.stackscope is not a .stackscope recording: recover reads no other; report, convert and inspect do.\n',
  );
  expect(status).toBe(1);
});

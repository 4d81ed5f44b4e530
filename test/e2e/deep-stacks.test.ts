import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeCodec } from '../../src/cli/codec.js';
import { RecordingWriter } from '../../src/profile/file/recording-writer.js';
import { CALL_FRAME } from '../../src/profile/frames.js';
import { Layer } from '../../src/profile/layers.js';
import { ROOT } from '../../src/profile/stacks.js';
import { addThread, profileOf } from '../profiles.js';
import { COMMAND, run, scratchDirectory } from './stackscope.js';

const scratch = scratchDirectory();
const path = (name: string) => join(scratch.path, name);
const SAMPLES = 11;

/** A recording of one stack of `depth` frames with samples along it, of functions that call each other in turn. */
async function writeChain(name: string, depth: number, functions: number): Promise<void> {
  const profile = profileOf('');
  const series = profile.addSeries(addThread(profile, { tid: 2 }), 'cpu-clock', 0);
  const script = profile.scripts.intern('/srv/app/deep.js');
  const frames = Array.from({ length: functions }, (_, i) => {
    const key = { name: `f${i}`, script, mapping: 0, line: i + 1, column: 1 };
    return profile.frames.intern({
      ...CALL_FRAME,
      func: profile.functions.intern(key, Layer.Application, ''),
    });
  });
  let stack = ROOT;
  for (let i = 1; i <= depth; i++) {
    stack = profile.stacks.intern(stack, frames[i % functions]);
    if (i % (depth / 10) === 0) series.add(i, stack, 1e6);
  }
  series.add(depth + 1, stack, 1e6);
  const pieces: Uint8Array[] = [];
  await new RecordingWriter(async (bytes) => void pieces.push(bytes.slice()), nodeCodec).finish(profile);
  writeFileSync(path(name), Buffer.concat(pieces));
}

beforeAll(async () => {
  await writeChain('10,000 frames', 10_000, 7);
  await writeChain('a million frames', 1_000_000, 7);
  await writeChain('a million frames of 100,000 functions', 1_000_000, 100_000);
});

afterAll(() => scratch.remove());

/** Runs the command with a heap that cannot hold an object for each node. */
async function stackscope(...args: string[]): Promise<string> {
  const done = await run(process.execPath, ['--max-old-space-size=256', COMMAND, ...args]);
  expect(done.stderr).toMatch(/^(?:Not in folded: times\.\n)?(?:Wrote 11 samples to .*\n)?$/);
  expect(done.code).toBe(0);
  return done.stdout;
}

describe.each([
  ['10,000 frames', 10_000],
  ['a million frames', 1_000_000],
  ['a million frames of 100,000 functions', 1_000_000],
])('%s on one stack, in 256 MB', (name, depth) => {
  test('are reported', async () => {
    for (const view of ['--tree', '--inverted', '--by=function']) {
      expect((await stackscope('report', path(name), view)).split('\n').length).toBeGreaterThan(5);
    }
    expect(await stackscope('report', path(name))).toMatch(/Heaviest stack/);
  });

  test('are folded into one line for each place that was sampled', async () => {
    await stackscope('convert', path(name), '-f', 'folded', '-o', path('out.folded'));
    const lines = readFileSync(path('out.folded'), 'latin1').trimEnd().split('\n');
    const counts = lines.map((line) => Number(line.slice(line.lastIndexOf(' '))));
    expect(counts.reduce((sum, count) => sum + count)).toBe(SAMPLES);
    const deepest = lines[lines.length - 1];
    let separators = 0;
    for (let at = deepest.indexOf(';'); at >= 0; at = deepest.indexOf(';', at + 1)) separators++;
    expect(separators).toBe(depth);
  });

  test('become as many nodes of a .cpuprofile', async () => {
    await stackscope('convert', path(name), '-f', 'cpuprofile', '-o', path('out.cpuprofile'));
    const text = readFileSync(path('out.cpuprofile'), 'latin1');
    // Beside them (root) and (idle).
    expect(text).toContain(`{"id":${depth + 2},"callFrame":`);
    expect(text).not.toContain(`{"id":${depth + 3},`);
  });

  test('are the same once converted to .stackscope', async () => {
    await stackscope('convert', path(name), '-f', 'stackscope', '-o', path('out.stackscope'));
    expect(statSync(path('out.stackscope')).size).toBeLessThan(statSync(path(name)).size * 1.1 + 100);
    const facts = ['inspect', '--json'];
    const [before, after] = [
      JSON.parse(await stackscope(...facts, path(name))),
      JSON.parse(await stackscope(...facts, path('out.stackscope'))),
    ];
    expect(after.profile).toEqual(before.profile);
    expect(after.profile.tables.stacks).toBe(depth + 1);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { perfFailure } from '../../src/capture/perf/perf-failure.js';
import { stackscope } from '../e2e/stackscope.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stackscope-capture-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Records with a `perf` in PATH that only says `words` and fails; none at all without. */
function recordWith(words: string | undefined, engine: string) {
  const path = join(directory, words === undefined ? 'no-perf' : 'bad-perf');
  mkdirSync(path, { recursive: true });
  if (words !== undefined) {
    // With no other command in PATH.
    writeFileSync(join(path, 'words'), `${words}\n`);
    const say = `while IFS= read -r line; do echo "$line"; done <${path}/words >&2`;
    writeFileSync(join(path, 'perf'), `#!/bin/sh\n${say}\nexit 129\n`, { mode: 0o755 });
  }
  const program = [process.execPath, '-e', 'console.log("ran")'];
  const args = ['record', '--engine', engine, '--no-report', '-o', 'r.stackscope', '--', ...program];
  return stackscope(args, { cwd: directory, env: { PATH: path } });
}

// What perf 6.1 and 5.4 print.
const TOO_OLD = " Error: unknown option `control'\n\n Usage: perf record [<options>] [<command>]";
const REFUSED = `Error:
Access to performance monitoring and observability operations is limited.
Consider adjusting /proc/sys/kernel/perf_event_paranoid setting to open`;

test.each([
  ['missing', undefined, /perf is not installed; install it .*--engine v8/],
  ['too old', TOO_OLD, /too old: version 5\.10 or newer is needed/],
  ['refused', REFUSED, /The kernel refuses perf \(perf_event_paranoid is -?\d\)/],
])('perf is %s: one sentence, and auto takes V8', async (_, words, sentence) => {
  const refused = await recordWith(words, 'perf');
  expect(refused).toMatchObject({ code: 125, stdout: '' });
  expect(refused.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(sentence)]);
  const auto = await recordWith(words, 'auto');
  expect(auto).toMatchObject({ code: 0, stdout: 'ran\n' });
  expect(auto.stderr.split('\n')[0]).toMatch(/with V8's profiler at 997 Hz.*\(.*perf.*\)$/);
});

test('what else perf says becomes a sentence', () => {
  const unsupported = 'Error:\nThe cycles:u event is not supported.';
  expect(perfFailure(unsupported, 'cycles').message).toMatch(/cannot sample cycles/);
  const mlock = 'Permission error mapping pages.\nConsider increasing /proc/sys/kernel/perf_event_mlock_kb,';
  expect(perfFailure(mlock, 'cpu-clock').message).toMatch(/sysctl kernel\.perf_event_mlock_kb/);
  expect(perfFailure('Events disabled\nsomething new\n', 'cpu-clock').message).toBe(
    'perf record failed: something new; try --engine v8.',
  );
  expect(perfFailure('', 'cpu-clock').message).toMatch(/ended without a word/);
});

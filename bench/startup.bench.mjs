// How long one waits for the command itself: `--help` beside `node -e 0`, also of the one file on stdin, and from the end of a short program to the
// end of `stackscope record`, its report included. Interleaved runs, medians; run it on a quiet machine.
// `node bench/startup.bench.mjs [ROUNDS]`
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 10);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const stackscope = here('../dist/cli/main.js');
spawnSync(process.execPath, [here('../scripts/single.mjs')], { stdio: 'inherit' });
const oneFile = readFileSync(here('../build/stackscope.cjs'));
const scratch = mkdtempSync(join(tmpdir(), 'stackscope-bench-'));

/** Busy for a second; its last word is when it ended, on the clock that all processes share. */
const PROGRAM = `
  function busy(until) { while (performance.now() < until) JSON.parse(JSON.stringify({ a: [1, 2, 3] })); }
  busy(performance.now() + 1000);
  process.on('exit', () => process.stdout.write(String(process.hrtime.bigint())));
`;

function startMs(args, input) {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { input });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
}

/** Milliseconds from the program's end to ours. */
async function afterEndMs(engine) {
  const output = join(scratch, `${engine}.stackscope`);
  const args = [
    stackscope,
    'record',
    '--engine',
    engine,
    '-o',
    output,
    '--',
    process.execPath,
    '-e',
    PROGRAM,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let endNs = '';
  child.stdout.on('data', (text) => {
    endNs += text;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`recording with ${engine} ended with ${status}`);
  return Number(process.hrtime.bigint() - BigInt(endNs)) / 1e6;
}

const waits = { node: [], help: [], oneFile: [], perf: [], v8: [] };
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 3; i++) {
      waits.node.push(startMs(['-e', '0']));
      waits.help.push(startMs([stackscope, '--help']));
      waits.oneFile.push(startMs(['-', '--help'], oneFile));
    }
    for (const engine of ['perf', 'v8']) waits[engine].push(await afterEndMs(engine));
  }
} finally {
  rmSync(scratch, { recursive: true });
}

const ratio = median(waits.help) / median(waits.node);
const rows = [
  ['node -e 0', waits.node, ''],
  ['stackscope --help', waits.help, `${ratio.toFixed(2)} × node -e 0 (at most 1.5)`],
  [`one file of ${Math.round(oneFile.length / 1000)} kB on stdin, --help`, waits.oneFile, ''],
  ['from the program’s end to ours, perf', waits.perf, '(at most 1500 ms)'],
  ['from the program’s end to ours, V8', waits.v8, '(at most 1500 ms)'],
];
for (const [name, times, note] of rows) {
  const range = `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)}`;
  console.log(`${name.padEnd(38)} ${median(times).toFixed(0).padStart(6)} ms  (${range})  ${note}`);
}
if (ratio > 1.5 || median(waits.perf) > 1500 || median(waits.v8) > 1500) process.exitCode = 1;

// What recording costs the target: CPU a request of one small server, unrecorded and recorded in several ways,
// in paired rounds (each round runs every way once, in a new order). Prints the median ratio to the unrecorded
// runs and its 95 % bootstrap interval. `node bench/overhead.bench.mjs [ROUNDS]`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, load } from './load.mjs';
import { bootstrapMedian } from './statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 30);
const WARM_UP = 1_500;
const MEASURED = 4_000;
const server = fileURLToPath(new URL('programs/server.mjs', import.meta.url));
const stackscope = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'stackscope-bench-'));

const record = (...options) => [
  process.execPath,
  stackscope,
  'record',
  '--no-report',
  '-o',
  join(scratch, 'x.stackscope'),
  ...options,
  '--',
  'node',
  server,
];
const WAYS = {
  unrecorded: ['node', server],
  'unrecorded again': ['node', server],
  'V8 flags alone': ['node', '--perf-basic-prof', '--interpreted-frames-native-stack', server],
  'perf at 99 Hz': record('--engine', 'perf', '-F', '99'),
  'perf at 199 Hz': record('--engine', 'perf', '-F', '199'),
  'perf at 997 Hz': record('--engine', 'perf', '-F', '997'),
  'V8 at 1000 Hz': record('--engine', 'v8', '-F', '1000'),
};

/** Microseconds of the server's CPU a request. */
async function measure([command, ...args]) {
  const child = spawn(command, args, { cwd: scratch, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const port = Number(String((await once(child.stdout, 'data'))[0]).trim());
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  await load(agent, port, WARM_UP);
  const before = Number(await ask(agent, port, '/cpu'));
  await load(agent, port, MEASURED);
  const after = Number(await ask(agent, port, '/cpu'));
  agent.destroy();
  child.kill('SIGTERM');
  await ended;
  return (after - before) / MEASURED;
}

const samples = new Map(Object.keys(WAYS).map((name) => [name, []]));
try {
  for (let round = 0; round < ROUNDS; round++) {
    const order = Object.keys(WAYS).map((_, i, all) => all[(i + round) % all.length]);
    for (const name of order) samples.get(name).push(await measure(WAYS[name]));
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const base = samples.get('unrecorded');
console.log(
  `CPU a request, ratio to unrecorded, ${ROUNDS} paired rounds of ${MEASURED} requests, Node ${process.versions.node}`,
);
for (const [name, values] of samples) {
  if (name === 'unrecorded') continue;
  const { median, low, high } = bootstrapMedian(values.map((value, i) => value / base[i]));
  console.log(
    `${name.padEnd(18)} ${median.toFixed(3)}  95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}`,
  );
}

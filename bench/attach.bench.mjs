// What attaching costs, to who waits for it and to the program, at 199 Hz. Medians, and for the CPU a request the
// paired ratio to not attached with its 95 % bootstrap interval. Run it on a quiet machine.
// `node bench/attach.bench.mjs [ROUNDS] [--long SECONDS]`; --long adds one recording of that length, whose end is timed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ask, load } from './load.mjs';
import { bootstrapMedian, median } from './statistics.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'string' } },
});
const ROUNDS = Number(positionals[0] ?? 12);
const WARM_UP = 3_000;
const MEASURED = 4_000;
const EARLY = 2_500;
const SECONDS = 3;
const ENGINES = { v8: ['--engine', 'v8'], perf: ['--engine', 'perf'], 'perf and V8': ['--engine', 'auto'] };
const server = fileURLToPath(new URL('programs/server.mjs', import.meta.url));
const stackscope = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'stackscope-bench-'));

/** A server with an inspector port of its own, warm. */
async function start() {
  const args = ['--inspect-port=0', server];
  const child = spawn(process.execPath, args, { cwd: scratch, stdio: ['ignore', 'pipe', 'ignore'] });
  const port = Number(String((await once(child.stdout, 'data'))[0]).trim());
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  await load(agent, port, WARM_UP);
  const stop = async () => {
    agent.destroy();
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { pid: child.pid, port, agent, stop };
}

/** A recording; `said(words)` resolves when these were said on stderr, `firstLine` to when the report began. */
function record(pid, engine, seconds) {
  const output = join(scratch, 'x.stackscope');
  const args = [
    stackscope,
    'record',
    '-p',
    String(pid),
    '-d',
    String(seconds),
    '-o',
    output,
    ...ENGINES[engine],
  ];
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8');
  const said = (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => pattern.test(text) && resolve(performance.now() - began);
      child.stderr.on('data', look);
      child.on('close', () => (pattern.test(text) ? look() : reject(new Error(text))));
    });
  child.stderr.prependListener('data', (piece) => {
    text += piece;
  });
  return { said, ended: once(child, 'close') };
}

const REPORT = /^(Culprit|No single culprit)/m;

/** Longest delay of the server's event loop since it was asked last, in ms. */
async function longestDelay({ agent, port }) {
  return Number(await ask(agent, port, '/delay'));
}

/** CPU a request in µs. */
async function cpuARequest({ agent, port }, requests = MEASURED) {
  const before = Number(await ask(agent, port, '/cpu'));
  await load(agent, port, requests);
  return (Number(await ask(agent, port, '/cpu')) - before) / requests;
}

/** One recording of a server that is idle: what one waits for beside the time asked for, and the longest pauses. */
async function timeOne(engine) {
  const target = await start();
  await longestDelay(target);
  const { said, ended } = record(target.pid, engine, SECONDS);
  const reported = said(REPORT);
  await said(/recording process/);
  const startDelay = await longestDelay(target);
  await sleep(SECONDS * 1000 - 500);
  const during = await longestDelay(target);
  const total = await reported;
  await ended;
  const atEnd = await longestDelay(target);
  await target.stop();
  return { wait: total - SECONDS * 1000, startDelay, during, atEnd };
}

/**
 * CPU a request while attached, as ratios to before, of one server: of the first requests, while V8 compiles again what
 * making older functions known threw away, and from then on.
 */
async function costOne(engine) {
  const target = await start();
  const before = await cpuARequest(target);
  const { said, ended } = record(target.pid, engine, 60);
  await said(/recording process/);
  const early = (await cpuARequest(target, EARLY)) / before;
  const steady = (await cpuARequest(target)) / before;
  // The recording ends with the program.
  await target.stop();
  await ended;
  return { early, steady };
}

/** The control: the same server twice, nothing attached. */
async function costNothing() {
  const target = await start();
  const before = await cpuARequest(target);
  await sleep(800);
  const early = (await cpuARequest(target, EARLY)) / before;
  const steady = (await cpuARequest(target)) / before;
  await target.stop();
  return { early, steady };
}

function row(name, times) {
  const range = `${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)}`;
  return `${name.padEnd(46)} ${median(times).toFixed(0).padStart(6)} ms  (${range})`;
}

async function timeLong(seconds) {
  const target = await start();
  const { said, ended } = record(target.pid, 'v8', seconds);
  const reported = said(REPORT);
  await said(/recording process/);
  const until = performance.now() + (seconds - 2) * 1000;
  while (performance.now() < until) await Promise.all([load(target.agent, target.port, 20), sleep(100)]);
  await longestDelay(target);
  const total = await reported;
  await ended;
  const atEnd = await longestDelay(target);
  await target.stop();
  console.log(`\nafter ${seconds} s of V8's profiler, under load:`);
  console.log(row('first line of the report, beyond the duration', [total - seconds * 1000]));
  console.log(row('longest pause at the end', [atEnd]));
}

try {
  const names = Object.keys(ENGINES);
  const times = new Map(names.map((name) => [name, []]));
  const ratios = new Map([['nothing', []], ...names.map((name) => [name, []])]);
  for (let round = 0; round < ROUNDS; round++) {
    const order = names.map((_, i) => names[(i + round) % names.length]);
    for (const name of order) times.get(name).push(await timeOne(name));
    ratios.get('nothing').push(await costNothing());
    for (const name of order) ratios.get(name).push(await costOne(name));
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
  }
  console.log(`attached for ${SECONDS} s at 199 Hz, ${ROUNDS} rounds, Node ${process.versions.node}`);
  for (const [name, rows] of times) {
    console.log(`\n${name}`);
    console.log(
      row(
        'first line of the report, beyond the duration',
        rows.map(({ wait }) => wait),
      ),
      '(at most 2000)',
    );
    console.log(
      row(
        'longest pause while it is attached',
        rows.map(({ startDelay }) => startDelay),
      ),
    );
    console.log(
      row(
        'longest pause while it records',
        rows.map(({ during }) => during),
      ),
    );
    console.log(
      row(
        'longest pause at the end',
        rows.map(({ atEnd }) => atEnd),
      ),
    );
    if (median(rows.map(({ wait }) => wait)) > 2000) process.exitCode = 1;
  }
  for (const [what, part] of [
    [`the first ${EARLY} requests`, 'early'],
    [`the next ${MEASURED}`, 'steady'],
  ]) {
    console.log(`\nCPU a request while attached, ratio to before, of ${what}`);
    for (const [name, list] of ratios) {
      const { median: middle, low, high } = bootstrapMedian(list.map((each) => each[part]));
      console.log(
        `${name.padEnd(12)} ${middle.toFixed(3)}  95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}`,
      );
    }
  }
  if (values.long !== undefined) await timeLong(Number(values.long));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/**
 * A second of computing, one of waiting for another thread, one of waiting for a process; then tells on stdout what the
 * kernel charged it in each. With `worker` they are done in a worker, with `later` when a line comes on stdin.
 */
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { Worker, isMainThread } = require('node:worker_threads');
const modes = process.argv.slice(2);

function spin() {
  const end = Date.now() + 1000;
  let sum = 0;
  while (Date.now() < end) sum += Math.sqrt(sum + 1);
  return sum;
}
function waitForThread() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
function waitForProcess() {
  spawnSync('sleep', ['1']);
}

function measured(action) {
  const read = () =>
    readFileSync('/proc/thread-self/schedstat', 'latin1')
      .split(' ')
      .map((ns) => Number(ns) / 1e6);
  const [began, before] = [performance.now(), read()];
  action();
  const [wallMs, after] = [performance.now() - began, read()];
  return { wallMs, cpuMs: after[0] - before[0], delayMs: after[1] - before[1] };
}

function main() {
  const facts = {};
  for (const action of [spin, waitForThread, waitForProcess]) facts[action.name] = measured(action);
  process.stdout.write(`${JSON.stringify(facts)}\n`);
}

if (isMainThread && modes.includes('worker')) new Worker(__filename);
else if (modes.includes('later')) {
  process.stdin.once('data', () => setTimeout(main, 100));
  setTimeout(() => process.stdout.write('up\n'), 300);
} else main();

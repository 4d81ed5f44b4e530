// An ES module with a worker, a forked and a spawned child and a cluster's worker, each burning in its own function,
// and with code of every kind. Prints one line for each process: its kind and pid.
import { fork, spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import vm from 'node:vm';
import { isMainThread, Worker } from 'node:worker_threads';

const MS = 80;

function burn(ms = MS) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 0; i < 1e5; i++) sum += Math.sqrt(i);
  return sum;
}

const roles = {
  worker: function inWorker() {
    burn();
  },
  forked: function inForked() {
    burn();
  },
  spawned: function inSpawned() {
    burn();
  },
  clustered: function inClustered() {
    burn();
    process.disconnect();
  },
};

function* generate() {
  for (let i = 0; i < 8; i++) yield burn(MS / 8);
}

class Shape {
  get area() {
    return burn();
  }
}

// (module (func $spin (export "spin") (param i32) (loop … decrement until 0)))
const wasm = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 127, 0, 3, 2, 1, 0, 7, 8, 1, 4, 115, 112, 105, 110, 0, 0, 10,
  16, 1, 14, 0, 3, 64, 32, 0, 65, 1, 107, 34, 0, 13, 0, 11, 11,
]);

async function allKinds() {
  globalThis.burn = burn;
  [...generate()];
  new Shape().area;
  // biome-ignore lint/security/noGlobalEval: it is what is recorded
  const indirectEval = eval;
  indirectEval('(function evaluated() { burn(); })()');
  vm.runInThisContext('(function inVm() { burn(); })()', { filename: '/virtual/in-vm.js' });
  const { instance } = await WebAssembly.instantiate(wasm);
  const end = performance.now() + MS;
  while (performance.now() < end) instance.exports.spin(1e6);
}

async function main() {
  await allKinds();
  await once(new Worker(new URL(import.meta.url), { argv: ['worker'] }), 'exit');
  await once(fork(process.argv[1], ['forked']), 'exit');
  await once(spawn(process.execPath, [process.argv[1], 'spawned'], { stdio: 'inherit' }), 'exit');
  cluster.setupPrimary({ args: ['clustered'] });
  await once(cluster.fork(), 'exit');
}

const role = process.argv[2];
if (isMainThread) process.stdout.write(`${role ?? 'main'} ${process.pid}\n`);
if (role === undefined) await main();
else roles[role]();

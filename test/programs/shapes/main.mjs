// One program with every kind of code and process a recording must name. Each part burns SLICE_MS or so.
// Usage: node main.mjs [ADDON.node]
import { fork, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { burnWasm } from './burn-wasm.mjs';
import { hashOnPool, readKernelHeavy, zipOnPool } from './natives.mjs';

const require = createRequire(import.meta.url);
const { burnCommonJs } = require('./common.cjs');
const SLICE_MS = 250;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

function burnModule(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 1; i < 5_000; i++) sum += Math.sqrt(i) / (sum + i);
  return sum;
}

class Burner {
  burnMethod(ms) {
    const end = performance.now() + ms;
    let sum = 0;
    while (performance.now() < end) for (let i = 1; i < 5_000; i++) sum += Math.sqrt(i) / (sum + i);
    return sum;
  }
}

function* burnGenerator(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) {
    for (let i = 1; i < 5_000; i++) sum += Math.sqrt(i) / (sum + i);
    yield sum;
  }
}

function burnRegExp(ms) {
  const end = performance.now() + ms;
  const text = `${'a'.repeat(24)}b`;
  let matches = 0;
  while (performance.now() < end) for (let i = 0; i < 20; i++) if (/(a|aa)+c/.test(text.slice(i))) matches++;
  return matches;
}

function burnGarbage(ms) {
  const end = performance.now() + ms;
  const live = [];
  while (performance.now() < end) {
    for (let i = 0; i < 2_000; i++) live.push({ i, text: `item ${i}`, list: [i, i + 1] });
    if (live.length > 100_000) live.length = 0;
  }
  return live.length;
}

const BURN_SOURCE = `(function NAME(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 1; i < 5000; i++) sum += Math.sqrt(i) / (sum + i);
  return sum;
})`;

function ended(child) {
  return new Promise((resolve) => child.once('exit', resolve));
}

const children = [
  ended(new Worker(here('worker.mjs'), { argv: [String(SLICE_MS)] })),
  ended(new Worker(here('deep.mjs'), { argv: [String(SLICE_MS)], resourceLimits: { stackSizeMb: 32 } })),
  ended(fork(here('forked.mjs'), [String(SLICE_MS)])),
  ended(spawn(process.execPath, [here('spawned.cjs'), String(SLICE_MS)], { stdio: 'inherit' })),
];
burnModule(SLICE_MS);
burnCommonJs(SLICE_MS);
new Burner().burnMethod(SLICE_MS);
for (const _ of burnGenerator(SLICE_MS));
// biome-ignore lint/security/noGlobalEval: evaluated code is one of the kinds under test
eval(BURN_SOURCE.replace('NAME', 'burnEvaluated'))(SLICE_MS);
vm.runInThisContext(BURN_SOURCE.replace('NAME', 'burnInVm'), { filename: 'burn-in-vm.js' })(SLICE_MS);
burnWasm(SLICE_MS);
burnRegExp(SLICE_MS);
burnGarbage(SLICE_MS);
readKernelHeavy(SLICE_MS);
if (process.argv[2] !== undefined) {
  const addon = require(process.argv[2]);
  (function callAddon() {
    addon.burnAddon(SLICE_MS);
  })();
}
await zipOnPool();
await hashOnPool();
await Promise.all(children);
process.stdout.write('done\n');

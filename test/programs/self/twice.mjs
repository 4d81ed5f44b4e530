// Records itself twice while it and a worker are busy, and tells what it saw, as one JSON object.
import { existsSync, readdirSync, readFile } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startRecording } from 'stackscope/agent';

function leaf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (Math.sqrt(i) * i) % 7;
  return sum;
}
function hot() {
  return leaf(1_000_000) + 1;
}
function facts() {
  return {
    listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
    globals: Reflect.ownKeys(globalThis).length,
    threads: existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0,
  };
}

const hotInWorker = `
  function inWorker() { let sum = 0; for (let i = 0; i < 1e6; i++) sum += (Math.sqrt(i) * i) % 7; return sum; }
  setInterval(inWorker, 1);`;
// Whoever writes a file starts libuv's pool.
readFile(import.meta.filename, () => {});
const worker = new Worker(hotInWorker, { eval: true });
const timer = setInterval(hot, 1);
await sleep(1000);
const results = [];
const before = facts();
for (const file of process.argv.slice(2)) {
  const recording = await startRecording({ file });
  const second = await startRecording().catch((error) => error.code);
  await sleep(800);
  const [result, again] = await Promise.all([recording.stop(), recording.stop()]);
  results.push({ ...result, second, isSame: again.file === result.file, named: recording.file });
}
const inWorker = await new Promise((resolve) => {
  const source = `const { parentPort } = require('node:worker_threads');
    const { startRecording } = require('stackscope/agent');
    startRecording().catch((error) => parentPort.postMessage(error.code));`;
  new Worker(source, { eval: true }).on('message', resolve);
});
const unwritable = await startRecording({ file: '/nowhere/at/all.stackscope' }).catch(({ code }) => code);
await sleep(300);
console.log(JSON.stringify({ results, before, after: facts(), inWorker, unwritable }));
clearInterval(timer);
await worker.terminate();

/**
 * A program that has been busy for a while with functions that are long compiled, and tells of itself on stdout when
 * a line comes on stdin. Words on the command line choose more.
 */
const fs = require('node:fs');
const { Worker, isMainThread } = require('node:worker_threads');
const modes = new Set(process.argv.slice(2));
const { stringify } = JSON;

function leaf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (Math.sqrt(i) * i) % 7;
  return sum;
}
function hot() {
  return leaf(1_000_000) + 1;
}
function inWorker() {
  return leaf(1_000_000) + 2;
}

/** What an attach might leave behind. */
function facts() {
  let listeners = '';
  for (const name of process.eventNames()) listeners += `${String(name)}:${process.listenerCount(name)} `;
  return {
    globals: Reflect.ownKeys(globalThis).length,
    listeners,
    modules: Object.keys(require.cache).length,
    env: Object.keys(process.env).length,
    descriptors: fs.readdirSync('/proc/self/fd').length,
    threads: fs.readdirSync('/proc/self/task').length,
  };
}

/** After a collection, where --expose-gc lets us have one. */
function memory() {
  globalThis.gc?.();
  const { heapUsed, rss, external } = process.memoryUsage();
  return { heapUsed, rss, external };
}

function beHostile() {
  const refuse = () => {
    throw new Error('patched');
  };
  Error.prepareStackTrace = refuse;
  Error.stackTraceLimit = 0;
  globalThis.console = {};
  JSON.stringify = JSON.parse = Array.prototype.map = refuse;
  for (const owner of [Object, Array, Function, Promise, Map, Symbol, JSON]) {
    Object.freeze(owner);
    if (owner.prototype) Object.freeze(owner.prototype);
  }
}

/** What a vendor's agent does all the time. */
function profileItself() {
  const { Session } = require('node:inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.start');
  const isHot = ({ callFrame }) => callFrame.functionName === 'hot';
  process.on('SIGUSR2', () => {
    session.post('Profiler.stop', (error, result) => {
      process.stdout.write(`own profile: ${error ?? result.profile.nodes.some(isHot)}\n`);
    });
  });
}

function runForever() {
  for (;;) hot();
}

function main() {
  if (modes.has('hostile')) beHostile();
  if (modes.has('listener')) process.on('SIGUSR1', () => process.stdout.write('heard\n'));
  if (modes.has('debug-port')) process.debugPort = Number(process.env.DEBUG_PORT);
  if (modes.has('open')) require('node:inspector').open(Number(process.env.DEBUG_PORT));
  if (modes.has('title')) process.title = 'my service';
  if (modes.has('profiles')) profileItself();
  if (modes.has('worker')) new Worker(__filename);
  if (modes.has('heap')) {
    globalThis.kept = [];
    for (let i = 0; i < 1_500_000; i++) globalThis.kept.push({ i, text: [i] });
  }
  // Node 20's loader would start libuv's pool, as nearly every program has done.
  fs.readFile(__filename, () => {});
  if (!modes.has('quiet')) setInterval(hot, 1);
  if (modes.has('forever')) setTimeout(runForever, 1000);
  if (modes.has('blocked')) setTimeout(() => require('node:child_process').spawnSync('sleep', ['60']), 300);
  let last = performance.now();
  let longestMs = 0;
  setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 20);
  process.stdin.on('data', (text) => {
    if (String(text).startsWith('exit')) process.exit(7);
    if (String(text).startsWith('memory')) {
      process.stdout.write(`${stringify(memory())}\n`);
      return;
    }
    process.stdout.write(`${stringify({ ...facts(), longestMs })}\n`);
    longestMs = 0;
  });
  process.stdin.on('end', () => process.exit());
  process.stdout.write('up\n');
}

if (isMainThread) main();
else setInterval(inWorker, 1);

// A program with something of everything a recording tells of: a main thread with deep stacks, a worker, the pool,
// system calls, a forked and a spawned child. `node busy.cjs MILLISECONDS`
const { fork, spawnSync } = require('node:child_process');
const { pbkdf2 } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { Worker, isMainThread } = require('node:worker_threads');

const end = Date.now() + Number(process.env.BUSY_MS ?? process.argv[2]);

function deep(levels) {
  if (levels > 0) return deep(levels - 1) + 1;
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += Math.sqrt(i);
  return sum;
}

function turn() {
  deep(Math.floor(Math.random() * 150));
  readFileSync(__filename);
  if (Date.now() < end) setImmediate(turn);
}

function spin() {
  deep(10);
  if (Date.now() < end) setImmediate(spin);
}

if (!isMainThread || process.send !== undefined) spin();
else {
  process.env.BUSY_MS = String((end - Date.now()) / 2);
  new Worker(__filename, { argv: process.argv.slice(2) });
  fork(__filename, process.argv.slice(2), { execArgv: [] });
  pbkdf2('secret', 'salt', 50_000, 64, 'sha512', () => {});
  spawnSync('sh', ['-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done']);
  turn();
}

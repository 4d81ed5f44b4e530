// Starts children in every way in the folder given (or as the user given), whose output is its own.
const { exec, execFileSync, execSync, fork, spawn, spawnSync } = require('node:child_process');
const { Worker, isMainThread, workerData } = require('node:worker_threads');

const [, , where, turn] = process.argv;
const options = /^\d+$/.test(where) ? { uid: Number(where), gid: Number(where) } : { cwd: where };
const node = process.execPath;
const started = [__filename, where, 'child'];

async function everyWay() {
  console.log(`execFileSync ${execFileSync(node, started, options)}`);
  console.log(`spawnSync ${spawnSync(node, started, options).stdout}`);
  console.log(`execSync ${execSync([node, ...started].join(' '), options)}`);
  const executed = await new Promise((done) => {
    exec([node, ...started].join(' '), options, (_, stdout) => done(stdout));
  });
  console.log(`exec ${executed}`);
  await ended(fork(__filename, [where, 'child'], options));
  await ended(spawn(node, started, { ...options, stdio: 'inherit' }));
  // It is its child that is started there.
  await ended(spawn(node, [__filename, where, 'parent'], { stdio: 'inherit' }));
  await ended(new Worker(__filename, { workerData: 'inWorker', argv: [where] }));
}

function ended(child) {
  return new Promise((done) => child.on('exit', done));
}

if (!isMainThread && workerData === 'inWorker') {
  console.log(`worker ${execFileSync(node, started, options)}`);
} else if (turn === 'child') {
  console.log(`child ${process.execArgv.length}`);
} else if (turn === 'parent') {
  console.log(`grandchild ${execFileSync(node, started, options)}`);
} else {
  everyWay();
}

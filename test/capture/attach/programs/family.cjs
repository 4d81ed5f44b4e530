/** Starts a child that is busy for half a second, and a worker that is, when a line comes on stdin. */
const { spawn } = require('node:child_process');
const { Worker, isMainThread, workerData } = require('node:worker_threads');

function burn(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum += Math.sqrt(i);
  return sum;
}
function childWork() {
  burn(500);
}
function lateWorker() {
  burn(500);
}

if (!isMainThread) {
  if (workerData === 'late') lateWorker();
} else if (process.argv[2] === 'child') {
  childWork();
} else {
  process.stdin.on('data', () => {
    new Worker(__filename, { workerData: 'late' });
    const child = spawn(process.execPath, [...process.execArgv, __filename, 'child'], { stdio: 'ignore' });
    child.on('exit', () => process.stdout.write('done\n'));
  });
  process.stdin.on('end', () => process.exit());
  process.stdout.write('up\n');
}

// Main thread, worker, forked, spawned and cluster processes, each busy in a function of its own name.
const { fork, spawn } = require('node:child_process');
const cluster = require('node:cluster');
const { Worker, isMainThread, workerData } = require('node:worker_threads');

function busy() {
  const end = process.cpuUsage().user + 150_000;
  let sum = 0;
  while (process.cpuUsage().user < end) for (let i = 0; i < 1e5; i++) sum += Math.sqrt(i);
  return sum;
}
const work = {
  inMain: function inMain() {
    return busy();
  },
  inWorker: function inWorker() {
    return busy();
  },
  inFork: function inFork() {
    return busy();
  },
  inSpawn: function inSpawn() {
    return busy();
  },
  inCluster: function inCluster() {
    return busy();
  },
};

const role = process.argv[2];
if (!isMainThread) work[workerData]();
else if (cluster.isWorker) {
  work.inCluster();
  process.exit();
} else if (role !== undefined) work[role]();
else {
  new Worker(__filename, { workerData: 'inWorker' });
  fork(__filename, ['inFork']);
  spawn(process.execPath, [__filename, 'inSpawn'], { stdio: 'inherit' });
  cluster.fork();
  work.inMain();
}

// Burns CPU in two functions and ends in the way that is asked for: `endings.cjs HOW`.
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

function burn(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 0; i < 1e5; i++) sum += Math.sqrt(i);
  return sum;
}

function first() {
  return burn(60);
}

function last() {
  return burn(100);
}

function handled(signal) {
  process.once(signal, () => {
    last();
    process.stdout.write(`had ${signal}\n`);
    process.exit(7);
  });
  setInterval(() => {}, 1000);
  process.stdout.write('ready\n');
}

const endings = {
  normally: () => setTimeout(last, 20),
  exit: () => {
    last();
    process.exit(3);
  },
  exitCode: () => {
    process.exitCode = 4;
    last();
  },
  throws: () => {
    last();
    throw new Error('on purpose');
  },
  rejects: () => {
    last();
    Promise.reject(new Error('on purpose'));
  },
  abort: () => {
    last();
    process.abort();
  },
  sigterm: () => {
    last();
    process.kill(process.pid, 'SIGTERM');
    for (;;) burn(1000);
  },
  sigint: () => {
    last();
    process.kill(process.pid, 'SIGINT');
    setInterval(() => {}, 1000);
  },
  handledSigterm: () => handled('SIGTERM'),
  handledSigint: () => handled('SIGINT'),
  kill9: () => {
    last();
    process.kill(process.pid, 'SIGKILL');
  },
  worker: () => new Worker(__filename, { workerData: 'normally' }),
  workerExit: () => new Worker(__filename, { workerData: 'exit' }),
  workerBare: () => new Worker(__filename, { workerData: 'normally', execArgv: [], env: {} }),
  workerThrows: () => new Worker(__filename, { workerData: 'throws' }).on('error', () => {}),
  terminate: () => {
    const worker = new Worker(__filename, { workerData: 'forever' });
    worker.on('message', () => {
      worker.terminate().then((code) => process.stdout.write(`terminated ${code}\n`));
    });
  },
  exitWithWorker: () => {
    new Worker(__filename, { workerData: 'forever' }).on('message', () => process.exit(0));
  },
  waitsForWorker: () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    new Worker(__filename, { workerData: { shared } });
    Atomics.wait(shared, 0, 0);
  },
  killed: () => {
    process.stdout.write('ready\n');
    for (;;) last();
  },
  forever: () => {
    last();
    last();
    parentPort.postMessage('done');
    for (;;) burn(1000);
  },
};

if (isMainThread) {
  first();
  endings[process.argv[2]]();
} else if (workerData.shared) {
  last();
  Atomics.store(workerData.shared, 0, 1);
  Atomics.notify(workerData.shared, 0);
} else {
  endings[workerData]();
}

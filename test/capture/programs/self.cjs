// Prints all that a program can see of itself, to be compared with and without stackscope.
const { readdirSync, readFileSync, readlinkSync } = require('node:fs');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

function descriptors() {
  const links = [];
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      links.push(readlinkSync(`/proc/self/fd/${fd}`).replace(/:\[\d+\]/, ''));
    } catch {
      // The one that was opened to list them.
    }
  }
  // V8 itself holds its log and its map open.
  return links.filter((link) => !/\/v8\.log$|\/perf-\d+\.map$/.test(link)).sort();
}

function seen() {
  const stat = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  const status = readFileSync('/proc/self/status', 'utf8');
  return {
    argv: process.argv,
    argv0: process.argv0,
    execArgv: process.execArgv,
    execPath: process.execPath,
    title: process.title,
    env: readFileSync('/proc/self/environ', 'utf8').split('\0').sort(),
    cwd: process.cwd(),
    umask: process.umask(),
    groupSessionTerminal: stat.slice(2, 5),
    signals: status.match(/^Sig(Blk|Ign|Cgt):.*$/gm),
    priority: stat.slice(15, 17),
    limits: readFileSync('/proc/self/limits', 'utf8'),
    descriptors: descriptors(),
    stdin: readFileSync(0, 'latin1'),
  };
}

if (isMainThread) {
  const worker = new Worker(__filename, { execArgv: process.execArgv });
  let workerExecArgv;
  worker.on('message', (execArgv) => {
    workerExecArgv = execArgv;
  });
  worker.on('exit', () => {
    process.stdout.write(JSON.stringify({ ...seen(), workerExecArgv }));
    process.stderr.write(Buffer.from([0, 255, 10, 13, 27]));
    process.exitCode = 42;
  });
} else {
  parentPort.postMessage(process.execArgv);
}

/** A cluster of three that is busy in its workers; `none` leaves the sharing of the port to the kernel. */
const cluster = require('node:cluster');
const http = require('node:http');
const modes = new Set(process.argv.slice(2));

function inWorker() {
  let sum = 0;
  for (let i = 0; i < 300_000; i++) sum += Math.sqrt(i);
  return sum;
}

if (modes.has('none')) cluster.schedulingPolicy = cluster.SCHED_NONE;
if (cluster.isPrimary) {
  // Without any flag they all have port 9229, which tests must not fight for.
  if (modes.has('one-port')) cluster.setupPrimary({ inspectPort: process.debugPort });
  let listening = 0;
  for (let i = 0; i < 3; i++) cluster.fork();
  cluster.on('listening', (_, { port }) => {
    if (++listening === 3) process.stdout.write(`up ${port}\n`);
  });
  process.stdin.on('end', () => process.exit()).resume();
  if (modes.has('title')) process.title = 'service';
} else {
  setInterval(inWorker, 5);
  http.createServer((_, response) => response.end('hello')).listen(Number(process.env.PORT));
}

// The server whose CPU a request is measured: routing, some JavaScript, JSON, a hash; like a small API.
// GET /work does the work; GET /cpu answers the CPU time used so far, in microseconds; GET /delay how late, at most, the
// event loop was since it was asked last, in milliseconds.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const items = Array.from({ length: 120 }, (_, i) => ({
  id: i,
  name: `item ${(i * 7919) % 1009}`,
  price: (i * 31) % 97,
}));

function rank(list) {
  return list
    .map((item) => ({ ...item, score: item.price * item.name.length }))
    .sort((a, b) => b.score - a.score);
}

function render(list) {
  return JSON.stringify({ total: list.length, items: list.slice(0, 40) });
}

const TICK_MS = 5;
let last = performance.now();
let longest = 0;
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - TICK_MS);
  last = now;
}, TICK_MS).unref();

const server = createServer((request, response) => {
  if (request.url === '/delay') {
    response.end(longest.toFixed(1));
    longest = 0;
    return;
  }
  if (request.url === '/cpu') {
    const { user, system } = process.cpuUsage();
    response.end(String(user + system));
    return;
  }
  const body = render(rank(items));
  response.setHeader('etag', createHash('sha1').update(body).digest('hex'));
  response.setHeader('content-type', 'application/json');
  response.end(body);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log(server.address().port));
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

// Answers GET /concat/N, /push/N and /iterator/N with the N-th Fibonacci number in decimal.
// PORT names the port to listen on; without it the system picks a free one.
import { createServer } from 'node:http';
import { addByConcat, addByIterator, addByPush } from './digits.mjs';

const MAX_N = 10_000;

function fibonacci(n, add) {
  let previous = [0];
  let current = [1];
  for (let i = 1; i < n; i++) [previous, current] = [current, add(previous, current)];
  return current.reverse().join('');
}

const routes = {
  concat: function handleConcat(n) {
    return fibonacci(n, addByConcat);
  },
  push: function handlePush(n) {
    return fibonacci(n, addByPush);
  },
  iterator: function handleIterator(n) {
    return fibonacci(n, addByIterator);
  },
};

const server = createServer(function onRequest(request, response) {
  const [, way, digits] = /^\/(concat|push|iterator)\/(\d{1,5})$/.exec(request.url) ?? [];
  if (way === undefined || Number(digits) > MAX_N) {
    response.writeHead(404).end(`try /concat/1000, /push/1000 or /iterator/1000 (up to ${MAX_N})\n`);
    return;
  }
  response.end(`${routes[way](Number(digits))}\n`);
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`fibonacci: listening on http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => server.close());

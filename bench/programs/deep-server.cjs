// A server under its own load whose stacks are some thirty frames deep: middleware, JSON, sorting, hashing, zlib on
// the pool, files. `node deep-server.cjs MILLISECONDS`
const { createHash } = require('node:crypto');
const { readFile } = require('node:fs');
const { Agent, createServer, get } = require('node:http');
const { gzip } = require('node:zlib');

const names = ['logger', 'session', 'auth', 'csrf', 'params', 'limits', 'router'];
const middleware = names.map((name, i) => {
  const named = {
    [name]: (next) => (i % 2 === 1 ? JSON.parse(JSON.stringify({ value: next() })).value : next()),
  };
  return named[name];
});
const dispatch = (i) => (i === names.length ? page() : middleware[i](() => dispatch(i + 1)));

function page() {
  const rows = Array.from({ length: 120 }, (_, id) => ({ id, name: `row${id}`, tags: ['a', `b${id % 7}`] }));
  const some = rows.filter(({ tags }) => /b[1-4]/.test(tags[1]));
  return JSON.stringify(some.sort((a, b) => b.name.localeCompare(a.name)));
}

const server = createServer((_, response) => {
  const text = dispatch(0);
  response.setHeader('x-hash', createHash('sha256').update(text).digest('hex'));
  gzip(text, { level: 1 }, (_error, packed) => readFile(__filename, () => response.end(packed)));
});
server.listen(0, '127.0.0.1', () => {
  const agent = new Agent({ keepAlive: true });
  const load = () => get({ port: server.address().port, agent }, (answer) => answer.resume().on('end', load));
  for (let i = 0; i < 8; i++) load();
  setTimeout(() => process.exit(), Number(process.argv[2]));
});

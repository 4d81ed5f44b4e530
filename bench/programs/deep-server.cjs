// A server under its own load whose stacks are some thirty frames deep: middleware, JSON, sorting, hashing, zlib on
// the pool, files. `node deep-server.cjs MILLISECONDS`
const { createHash } = require('node:crypto');
const { readFile } = require('node:fs');
const { Agent, createServer, get } = require('node:http');
const { gzip } = require('node:zlib');

// Five routers, each but the first mounted in the one before, with their own middleware.
const names = ['app', 'api', 'shop', 'orders', 'items'].flatMap((router) =>
  ['logger', 'session', 'auth', 'csrf', 'params', 'limits', 'router'].map((name) => `${router}_${name}`),
);
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
  return render(
    some.sort((a, b) => b.name.localeCompare(a.name)),
    0,
  );
}

/** As a page made of components does: each renders the two halves of what it was given. */
const components = ['layout', 'main', 'section', 'list', 'row', 'cell', 'label'].map((name) => {
  const named = {
    [name]: (rows, depth) => {
      const middle = rows.length >> 1;
      return `<${name}>${render(rows.slice(0, middle), depth + 1)}${render(rows.slice(middle), depth + 1)}</${name}>`;
    },
  };
  return named[name];
});
const render = (rows, depth) =>
  depth === components.length ? JSON.stringify(rows) : components[depth](rows, depth);

const server = createServer((_, response) => {
  const text = dispatch(0);
  response.setHeader('x-hash', createHash('sha256').update(text).digest('hex'));
  gzip(text.slice(0, 2_000), { level: 1 }, (_error, packed) =>
    readFile(__filename, () => response.end(packed)),
  );
});
server.listen(0, '127.0.0.1', () => {
  const agent = new Agent({ keepAlive: true });
  const load = () => get({ port: server.address().port, agent }, (answer) => answer.resume().on('end', load));
  for (let i = 0; i < 8; i++) load();
  setTimeout(() => process.exit(), Number(process.argv[2]));
});

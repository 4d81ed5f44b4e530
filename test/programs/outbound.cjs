// Makes a known list of calls, then prints as JSON what each was. Each function makes calls of one kind, all to loopback.
// `hostile` changes before what hooks could trip over.
const dns = require('node:dns');
const http = require('node:http');
const net = require('node:net');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');

const DELAY_MS = 30;
const facts = [];
let prepared = 0;

/** Notes what was called, and how long it took. */
async function noted(kind, cause, host, port, work) {
  const began = process.hrtime.bigint();
  const result = await work();
  facts.push({ kind, cause, host, port, result, ms: Number(process.hrtime.bigint() - began) / 1e6 });
}

function httpGet(port, host, agent) {
  return new Promise((resolve) => {
    const request = http.get({ host, port, agent, path: '/slow?secret=1' }, (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
    });
    request.on('error', (error) => resolve(error.code));
  });
}

async function tryFetch(port) {
  const response = await fetch(`http://localhost:${port}/slow`);
  await response.text();
  return String(response.status);
}

function timeOut(port) {
  return new Promise((resolve) => {
    const request = http.get({ host: 'localhost', port, path: '/never', timeout: 50 });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve(error.code));
  });
}

function connectTo(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve('ok');
    });
    socket.on('error', (error) => resolve(error.code));
  });
}

function lookUp() {
  return new Promise((resolve) => {
    dns.lookup('localhost', (error) => resolve(error ? error.code : 'ok'));
  });
}

async function lookUpLater() {
  await dns.promises.lookup('localhost');
  return 'ok';
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function main() {
  const server = http.createServer((request, response) => {
    if (request.url !== '/never') setTimeout(() => response.end('done'), DELAY_MS);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const refused = await freePort();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const times = Number(process.argv[3]);

  for (let i = 0; i < times; i++)
    await noted('http', 'httpGet', 'localhost', port, () => httpGet(port, 'localhost', agent));
  await Promise.all(
    Array.from({ length: 20 }, () =>
      noted('http', 'httpGet', '127.0.0.1', port, () => httpGet(port, '127.0.0.1', false)),
    ),
  );
  for (let i = 0; i < times + 1; i++)
    await noted('http', 'tryFetch', 'localhost', port, () => tryFetch(port));
  await noted('http', 'httpGet', 'localhost', refused, () => httpGet(refused, 'localhost', false));
  await noted('http', 'timeOut', 'localhost', port, () => timeOut(port));
  for (let i = 0; i < times; i++) await noted('connect', 'connectTo', null, port, () => connectTo(port));
  await noted('connect', 'connectTo', null, refused, () => connectTo(refused));
  for (let i = 0; i < times + 2; i++) await noted('dns', 'lookUp', 'localhost', null, lookUp);
  await noted('dns', 'lookUpLater', 'localhost', null, lookUpLater);

  agent.destroy();
  server.closeAllConnections();
  server.close();
  await sleep(10);
  console.log(JSON.stringify({ facts, prepared, limit: Error.stackTraceLimit }));
}

if (process.argv[2] === 'hostile') {
  Error.prepareStackTrace = (error) => {
    prepared++;
    return String(error);
  };
  Error.stackTraceLimit = 0;
  for (const each of [http, http.Agent.prototype, net, dns, dns.promises]) Object.freeze(each);
}
main();

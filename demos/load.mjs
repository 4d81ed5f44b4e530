// A bounded load on one local server: `node load.mjs PORT SECONDS PATH…` asks for the paths in turn over a few
// keep-alive connections until the time is up, then prints one JSON object: requests and mean latency a path.
import { Agent, get } from 'node:http';

const CONNECTIONS = 4;
const [port, seconds, ...paths] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const deadline = performance.now() + Number(seconds) * 1000;
const results = new Map(paths.map((path) => [path, { path, requests: 0, totalMs: 0 }]));
let next = 0;

function ask(path) {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port: Number(port), path, agent }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${response.statusCode}`)),
      );
    });
    request.once('error', reject);
  });
}

async function connection() {
  while (performance.now() < deadline) {
    const path = paths[next++ % paths.length];
    const start = performance.now();
    await ask(path);
    const result = results.get(path);
    result.requests++;
    result.totalMs += performance.now() - start;
  }
}

try {
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
} catch (error) {
  console.error(`load: ${error.message}`);
  process.exitCode = 1;
}
agent.destroy();
console.log(
  JSON.stringify(
    [...results.values()].map(({ path, requests, totalMs }) => ({
      path,
      requests,
      meanMs: requests > 0 ? totalMs / requests : null,
    })),
  ),
);

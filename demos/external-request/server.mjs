// Answers each request with a page of the day: `node server.mjs PORT`, where tips.mjs listens on that port of localhost.
// PORT in the environment names the port to listen on; without it the system picks a free one.
import { createServer, get } from 'node:http';

const HOURS = 24;
const tipsPort = Number(process.argv[2]);

/** Looks like nothing, and is what every visitor waits for. */
function getTipOfTheDay() {
  return new Promise((resolve, reject) => {
    get({ host: 'localhost', port: tipsPort, path: '/tip' }, (response) => {
      let tip = '';
      response.setEncoding('utf8').on('data', (text) => {
        tip += text;
      });
      response.once('end', () => resolve(tip));
    }).once('error', reject);
  });
}

function formatPage(tip) {
  const hours = Array.from({ length: HOURS }, (_, hour) => `<li>${formatHour(hour)}</li>`);
  return `<!doctype html><title>Today</title><p>${tip}</p><ul>${hours.join('')}</ul>\n`;
}

function formatHour(hour) {
  const time = new Date(2026, 0, 1, hour);
  return new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' }).format(time);
}

async function handleRequest(response) {
  const tip = await getTipOfTheDay();
  response.end(formatPage(tip));
}

const server = createServer((_request, response) => {
  handleRequest(response).catch((error) => response.writeHead(502).end(`${error.message}\n`));
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`external-request: listening on http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});

// The somebody else that the server asks: answers each request with a tip, after as long as a service far away takes.
// It prints the port that it listens on, which the system picks.
import { createServer } from 'node:http';

const AWAY_MS = 20;
const TIPS = [
  'Measure first.',
  'Most of the time a server waits. Find out for whom.',
  'A cache is a promise to remember to forget.',
  'The slowest call is the one nobody knew of.',
];
let next = 0;

const server = createServer((_request, response) => {
  setTimeout(() => response.end(TIPS[next++ % TIPS.length]), AWAY_MS);
});
server.listen(0, 'localhost', () => console.log(server.address().port));
process.once('SIGTERM', () => process.exit());

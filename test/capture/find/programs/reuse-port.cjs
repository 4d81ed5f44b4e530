/** Listens at a port that others listen at too. */
const server = require('node:http').createServer((_, response) => response.end('hello'));
server.listen({ port: Number(process.argv[2]), reusePort: true }, () => {
  process.stdout.write(`up ${server.address().port}\n`);
});
process.stdin.on('end', () => process.exit()).resume();

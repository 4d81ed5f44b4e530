// A server that works a little for each request; SIGTERM ends it with exit code 5.
const server = require('node:http').createServer((_request, response) => {
  let sum = 0;
  for (let i = 0; i < 2e6; i++) sum += i % 7;
  response.end(String(sum));
});
server.listen(0, '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(5));

// Busy for so many milliseconds without coming back to its loop; with more words on the command line it then runs on,
// listens to SIGTERM itself, or ends in a way of its own.
const [, , ms, ...modes] = process.argv;

function burn(until) {
  let sum = 0;
  while (performance.now() < until) for (let i = 1; i < 20_000; i++) sum += Math.sqrt(i) / (sum + i);
  return sum;
}

if (modes.includes('handler')) {
  process.on('SIGTERM', () => {
    console.log('heard');
    process.exit(5);
  });
}
burn(performance.now() + Number(ms));
console.log('done');
if (modes.includes('exit')) process.exit(3);
if (modes.includes('server')) setInterval(() => burn(performance.now() + 20), 30);

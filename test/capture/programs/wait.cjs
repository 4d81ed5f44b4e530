// Counts the SIGINTs it gets; `exit` as argument ends it with code 7 at the first.
let count = 0;
for (const signal of ['SIGINT', 'SIGUSR2', 'SIGHUP']) {
  process.on(signal, () => {
    count++;
    process.stdout.write(`${signal} ${count}\n`);
    if (process.argv[2] === 'exit') process.exit(7);
  });
}
setInterval(() => {}, 1000);
process.stdout.write('ready\n');

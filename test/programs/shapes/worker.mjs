function burnInWorker(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 1; i < 5_000; i++) sum += Math.sqrt(i) / (sum + i);
  return sum;
}
burnInWorker(Number(process.argv[2]));

// Burns at the bottom of 10,000 calls; runs in a worker, whose stack can be made large enough.
function descend(depth, ms) {
  return depth === 0 ? burnAtTheBottom(ms) : descend(depth - 1, ms) + 1;
}

function burnAtTheBottom(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 1; i < 5_000; i++) sum += Math.sqrt(i) / (sum + i);
  return sum;
}

descend(10_000, Number(process.argv[2]));

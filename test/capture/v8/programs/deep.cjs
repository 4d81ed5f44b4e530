// Works at the end of 5,000 frames.
function descend(depth, until) {
  if (depth > 0) return descend(depth - 1, until) + 1;
  let sum = 0;
  while (performance.now() < until) for (let i = 0; i < 1e5; i++) sum += Math.sqrt(i);
  return sum;
}

descend(5000, performance.now() + 250);

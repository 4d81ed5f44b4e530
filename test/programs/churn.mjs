// Code that comes and goes: 20,000 functions are compiled, run hot enough to be optimised, and dropped; then
// one steady function burns the rest of the time. Names of the dropped ones must not stick to its samples.
const COUNT = 20_000;
const sink = new Float64Array(2);

let kept = [];
for (let i = 0; i < COUNT; i++) {
  const dropped = new Function(
    'n',
    `return function dropped${i}(n) { let s = ${i}; for (let i = 0; i < n; i++) s += i % 7; return s; }`,
  )();
  for (let call = 0; call < 3; call++) sink[0] += dropped(i % 100 === 0 ? 20_000 : 50);
  kept.push(dropped);
  if (kept.length === 2_000) kept = [];
}
kept = [];

function steadyWork(untilMs) {
  let sum = 0;
  while (performance.now() < untilMs) for (let i = 1; i < 20_000; i++) sum += Math.sqrt(i) / (sum + i);
  return sum;
}

console.log(JSON.stringify({ steadyFromMs: performance.now(), timeOrigin: performance.timeOrigin }));
sink[1] = steadyWork(performance.now() + 1_500);

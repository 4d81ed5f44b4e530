// Six functions that burn known shares of the CPU. The truth is measured from inside with process.cpuUsage
// around each call and printed as one JSON object at the end: { name: cpuMs }.
// Usage: node shares.mjs SECONDS

const SLICE_MS = 8;
const sink = new Float64Array(8);

function untilSliceEnds(start, slices) {
  return performance.now() - start < SLICE_MS * slices;
}

function burnMath(slices) {
  const start = performance.now();
  let sum = 0;
  while (untilSliceEnds(start, slices)) for (let i = 1; i < 20_000; i++) sum += Math.sqrt(i) / (sum + i);
  sink[0] = sum;
}

function burnSieve(slices) {
  const start = performance.now();
  const sieve = new Uint8Array(20_000);
  while (untilSliceEnds(start, slices)) {
    sieve.fill(0);
    for (let i = 2; i < 150; i++) for (let j = i * i; j < sieve.length; j += i) sieve[j] = 1;
  }
  sink[1] = sieve[997];
}

function burnText(slices) {
  const start = performance.now();
  const text = 'the quick brown fox jumps over the lazy dog'.repeat(300);
  let hash = 0;
  while (untilSliceEnds(start, slices))
    for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  sink[2] = hash;
}

function burnMatrix(slices) {
  const start = performance.now();
  const size = 24;
  const a = new Float64Array(size * size).fill(1.5);
  const out = new Float64Array(size * size);
  while (untilSliceEnds(start, slices)) {
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += a[row * size + k] * a[k * size + column];
        out[row * size + column] = sum;
      }
  }
  sink[3] = out[0];
}

function burnMap(slices) {
  const start = performance.now();
  const map = new Map(Array.from({ length: 500 }, (_, i) => [i, i]));
  let sum = 0;
  while (untilSliceEnds(start, slices)) for (let i = 0; i < 5_000; i++) sum += map.get(i % 600) ?? 0;
  sink[4] = sum;
}

function burnSort(slices) {
  const start = performance.now();
  const numbers = new Float64Array(1_000);
  while (untilSliceEnds(start, slices)) {
    for (let i = 0; i < numbers.length; i++) numbers[i] = (i * 7919) % 1009;
    numbers.sort();
  }
  sink[5] = numbers[0];
}

const slices = new Map([
  [burnMath, 1],
  [burnSieve, 2],
  [burnText, 3],
  [burnMatrix, 5],
  [burnMap, 8],
  [burnSort, 13],
]);
const truth = Object.fromEntries([...slices.keys()].map(({ name }) => [name, 0]));

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const deadline = performance.now() + Number(process.argv[2] ?? 4) * 1000;
while (performance.now() < deadline) {
  for (const [burn, count] of slices) {
    const before = cpuMs();
    burn(count);
    truth[burn.name] += cpuMs() - before;
  }
}
process.stdout.write(`${JSON.stringify(truth)}\n`);

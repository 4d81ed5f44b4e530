// How fast a recording is written as a pprof and as a profile of the Firefox Profiler, and read again; beside what
// JSON.stringify and JSON.parse take for the same profile as one object in memory. In one process, interleaved,
// medians; totals are asserted. The recording is made here: stacks of 30 frames, a quarter of them shared.
// `node bench/pprof-firefox.bench.mjs [SAMPLES] [ROUNDS]`
import assert from 'node:assert/strict';
import { randomNumbers } from './random-numbers.mjs';
import { median } from './statistics.mjs';

const SAMPLES = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 5);

const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { Profile } = await dist('profile/profile.js');
const { CALL_FRAME } = await dist('profile/frames.js');
const { FORMATS } = await dist('formats/index.js');
const { nodeCodec } = await dist('cli/codec.js');

function made() {
  const profile = new Profile();
  const next = randomNumbers(1);
  const { functions, frames, stacks, processes, threads } = profile;
  processes.add({ pid: 1, parent: 0xffffffff, start: 0, command: 'node server.js' });
  threads.add(0, 1, 'node', 0);
  const script = profile.scripts.intern('/app/server.js');
  const known = Array.from({ length: 3000 }, (_, i) => {
    const key = { name: `function${i}`, script, mapping: 0, line: i + 1, column: 3 };
    return frames.intern({ ...CALL_FRAME, func: functions.intern(key, 9, ''), line: i + 2 });
  });
  const leaves = Array.from({ length: 50_000 }, () => {
    let stack = 0;
    for (let depth = 0; depth < 30; depth++) {
      stack = stacks.intern(stack, known[depth < 22 ? (depth * 7 + next(2)) % 3000 : next(3000)]);
    }
    return stack;
  });
  const series = profile.addSeries(0, 'cpu-clock', 0);
  for (let i = 0; i < SAMPLES; i++) series.add(i * 1003, leaves[next(leaves.length)], 1_003_009);
  return profile;
}

async function bytesOf(format, profile, options) {
  const pieces = [];
  for await (const piece of format.write(profile, options)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function readBack(format, bytes) {
  const profile = new Profile();
  const source = {
    name: 'bench',
    size: bytes.length,
    chunks: async function* () {
      for (let at = 0; at < bytes.length; at += 1_048_576) yield bytes.subarray(at, at + 1_048_576);
    },
  };
  await format.read(source, profile, {});
  return profile;
}

const rows = new Map();
async function timed(row, action) {
  const start = performance.now();
  const result = await action();
  rows.set(row, [...(rows.get(row) ?? []), performance.now() - start]);
  return result;
}

const profile = made();
const total = profile.series[0].totalWeight;
const [firefox, pprof] = ['firefox', 'pprof'].map((name) => FORMATS.find((format) => format.name === name));
const sum = ({ series }) => series.reduce((weight, { totalWeight }) => weight + totalWeight, 0);
let sizes = '';
for (let round = 0; round < ROUNDS; round++) {
  const json = await timed('firefox: write', () => bytesOf(firefox, profile));
  const object = await timed('  JSON.parse', () => JSON.parse(json.toString()));
  const text = await timed('  JSON.stringify, as bytes', () => Buffer.from(JSON.stringify(object)));
  assert.equal(text.length, json.length);
  assert.equal(sum(await timed('firefox: read', () => readBack(firefox, json))), total);
  const plain = await timed('pprof: write', () => bytesOf(pprof, profile));
  const packed = await timed('pprof: write, gzip', () => bytesOf(pprof, profile, { codec: nodeCodec }));
  assert.equal(sum(await timed('pprof: read', () => readBack(pprof, plain))), total);
  sizes = [json, plain, packed].map(({ length }) => `${(length / 1e6).toFixed(1)} MB`).join(', ');
}
console.log(
  `${SAMPLES.toLocaleString('en-US')} samples, ${profile.stacks.length.toLocaleString('en-US')} stacks`,
);
console.log(`firefox, pprof, pprof packed: ${sizes}; all with the same total weight`);
for (const [row, times] of rows) console.log(`${row.padEnd(28)} ${median(times).toFixed(0).padStart(6)} ms`);
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);

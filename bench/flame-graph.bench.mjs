// How fast stacks become an SVG flame graph, beside flamegraph.pl: whole commands on the same folded text, interleaved,
// medians, with equal totals asserted; then our writer alone, and from a recording. The recording is real: a busy server
// with deep stacks at 20 kHz. `node bench/flame-graph.bench.mjs [ROUNDS]`
// flamegraph.pl is in no package of Debian (github.com/brendangregg/FlameGraph): its path in FLAMEGRAPH adds that row.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openProfile, writeProfile } from '../dist/index.js';
import { median } from './statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const out = fileURLToPath(new URL('out/', import.meta.url));
const server = fileURLToPath(new URL('programs/deep-server.cjs', import.meta.url));
const stackscope = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const recording = join(out, 'deep.stackscope');
const folded = join(out, 'deep.folded');

/** Runs a command into a file; seconds, and the most memory it had in MB, as /proc last told of it. */
async function measure([command, ...args], file) {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.pipe(createWriteStream(file));
  let megabytes = 0;
  const watch = setInterval(() => {
    if (child.exitCode !== null) return;
    const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
    megabytes = Math.max(megabytes, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
  }, 10);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  assert.equal(code, 0, `${command} ${args.join(' ')}`);
  return { seconds: (performance.now() - start) / 1000, megabytes };
}

function prepare() {
  mkdirSync(out, { recursive: true });
  const node = (...args) =>
    assert.equal(spawnSync(process.execPath, [stackscope, ...args]).status, 0, args[0]);
  if (!existsSync(recording)) {
    node('record', '-F', '20000', '--no-report', '-o', recording, '--', process.execPath, server, '20000');
  }
  if (!existsSync(folded)) node('convert', recording, '-o', folded);
}

/** The samples that a picture says it is of, as either tool writes it. */
function samplesIn(file) {
  const text = readFileSync(file, 'utf8');
  const [, count] = /<title>all[ \n]\(?([\d,]+) samples/.exec(text);
  return Number(count.replaceAll(',', ''));
}

prepare();
const ways = {
  'stackscope convert, of folded': [process.execPath, stackscope, 'convert', folded, '-f', 'svg'],
  'stackscope convert, of .stackscope': [process.execPath, stackscope, 'convert', recording, '-f', 'svg'],
  ...(process.env.FLAMEGRAPH && { 'flamegraph.pl': ['perl', process.env.FLAMEGRAPH, folded] }),
};
const results = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
const alone = [];
const profile = await openProfile(folded);
for (let round = 0; round < ROUNDS; round++) {
  for (const [way, command] of Object.entries(ways)) {
    results[way].push(await measure(command, join(out, `${way.replace(/\W+/g, '-')}.svg`)));
  }
  const start = performance.now();
  for await (const _ of writeProfile(profile, 'svg')) {
    // Taken and left, as a file would.
  }
  alone.push((performance.now() - start) / 1000);
}
const { size } = statSync(folded);
const samples = samplesIn(join(out, 'stackscope-convert-of-folded.svg'));
console.log(`${(size / 1e6).toFixed(0)} MB of folded text, ${samples.toLocaleString('en-US')} samples`);
if (process.env.FLAMEGRAPH) assert.equal(samplesIn(join(out, 'flamegraph-pl.svg')), samples);
const slowest = process.env.FLAMEGRAPH && median(results['flamegraph.pl'].map(({ seconds }) => seconds));
const row = (way, seconds, megabytes) => {
  const times = slowest ? `${(slowest / seconds).toFixed(1).padStart(6)} times as fast` : '';
  const memory = megabytes === undefined ? ''.padStart(8) : `${megabytes.toFixed(0).padStart(5)} MB`;
  console.log(`${way.padEnd(36)} ${seconds.toFixed(2).padStart(6)} s ${memory} ${times}`);
};
for (const [way, runs] of Object.entries(results)) {
  row(way, median(runs.map(({ seconds }) => seconds)), median(runs.map(({ megabytes }) => megabytes)));
}
row('our writer alone', median(alone));

// How fast a perf.data becomes a .stackscope, beside what perf itself takes to print it: whole commands, interleaved,
// medians. Then the same for 100 thousand to 5 million samples. The recording is real: two busy servers at 20 kHz,
// repeated with their times moved on to the number of samples asked for; it is kept in bench/out.
// `node bench/perf-data.bench.mjs [ROUNDS]`
// No package of Debian has Brendan Gregg's stackcollapse-perf.pl (github.com/brendangregg/FlameGraph): its path in
// STACKCOLLAPSE adds that row, once, as it takes a minute.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';
import { recordServers } from './record-servers.mjs';
import { replicate } from './replicate-perf-data.mjs';
import { median } from './statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const SAMPLES = 900_000;
const out = fileURLToPath(new URL('out/', import.meta.url));
const stackscope = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const recorded = join(out, 'recorded.data');

/** The CPU and memory of a pipe are not those of the shell that starts it: only its seconds count. */
async function measureCollapsing(input) {
  const pipe = 'perf script -i "$1" | perl "$2" > /dev/null';
  const { seconds } = await measure('sh', ['-c', pipe, 'sh', input, process.env.STACKCOLLAPSE]);
  return { seconds, cpu: Number.NaN, megabytes: Number.NaN };
}

function convert(input) {
  return [process.execPath, [stackscope, 'convert', input, '-o', `${input}.stackscope`]];
}

/** Number and sum of the samples: of perf as it prints them, of ours as it was read back. */
async function assertEqualSamples(input) {
  const perf = spawn('perf', ['script', '-F', 'period', '-G', '-i', input], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let [count, sum, rest] = [0, 0, ''];
  for await (const text of perf.stdout) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const period = Number(line.trim());
      if (line.trim() === '' || Number.isNaN(period)) continue;
      count++;
      sum += period;
    }
  }
  const { openProfile } = await import('../dist/cli/open-profile.js');
  const { series } = await openProfile(`${input}.stackscope`);
  assert.equal(
    series.reduce((total, { sampleCount }) => total + sampleCount, 0),
    count,
  );
  assert.equal(
    series.reduce((total, { totalWeight }) => total + totalWeight, 0),
    sum,
  );
  console.log(
    `the same ${count.toLocaleString('en-US')} samples, ${(sum / 1e9).toFixed(3)} s of CPU in both`,
  );
}

mkdirSync(out, { recursive: true });
if (!existsSync(recorded)) recordServers(recorded);
const input = join(out, `${SAMPLES}.data`);
if (!existsSync(input)) replicate(recorded, input, SAMPLES);
const WAYS = {
  'stackscope convert': convert(input),
  'stackscope report': [process.execPath, [stackscope, 'report', `${input}.stackscope`]],
  'perf script': ['perf', ['script', '-i', input]],
  'perf report': ['perf', ['report', '--no-children', '--no-inline', '--stdio', '-i', input]],
};
const results = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [way, command] of Object.entries(WAYS)) results[way].push(await measure(...command));
}
if (process.env.STACKCOLLAPSE) results['perf script | stackcollapse'] = [await measureCollapsing(input)];
await assertEqualSamples(input);
const sizes = [input, `${input}.stackscope`].map((path) => statSync(path).size);
console.log(
  `${(sizes[0] / 1e6).toFixed(0)} MB became ${(sizes[1] / 1e6).toFixed(1)} MB: 1/${(sizes[0] / sizes[1]).toFixed(0)}`,
);
const ours = median(results['stackscope convert'].map(({ seconds }) => seconds));
for (const [way, runs] of Object.entries(results)) {
  const seconds = median(runs.map((run) => run.seconds));
  const cpu = median(runs.map((run) => run.cpu));
  const megabytes = median(runs.map((run) => run.megabytes));
  const cost = Number.isNaN(cpu)
    ? ''.padStart(20)
    : `${cpu.toFixed(2).padStart(5)} s CPU ${megabytes.toFixed(0).padStart(5)} MB`;
  console.log(
    `${way.padEnd(27)} ${seconds.toFixed(2).padStart(6)} s ${cost} ${(seconds / ours).toFixed(2).padStart(6)} times`,
  );
}
for (const samples of [100_000, 1_000_000, 5_000_000]) {
  const scaled = join(out, `${samples}.data`);
  if (!existsSync(scaled)) replicate(recorded, scaled, samples);
  const { seconds, cpu, megabytes } = await measure(...convert(scaled));
  console.log(
    `${samples.toLocaleString('en-US').padStart(9)} samples ${seconds.toFixed(2)} s ${cpu.toFixed(2)} s CPU ${megabytes.toFixed(0)} MB`,
  );
  const report = await measure(process.execPath, [stackscope, 'report', `${scaled}.stackscope`]);
  console.log(`          their report ${report.seconds.toFixed(2)} s ${report.megabytes.toFixed(0)} MB`);
}

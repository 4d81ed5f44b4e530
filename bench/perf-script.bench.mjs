// How fast perf script's text becomes folded stacks, beside the tools that do the same: whole commands, interleaved,
// medians. The text is real: what perf script prints of two busy servers at 20 kHz; it is kept in bench/out.
// `node bench/perf-script.bench.mjs [MEGABYTES] [ROUNDS]`; the last row is five times that text, in bounded memory.
// - STACKCOLLAPSE: the path of stackcollapse-perf.pl (github.com/brendangregg/FlameGraph), which no package brings.
// - CPUPROFILIFY: the folder of the npm package cpuprofilify 1.0.0; it is given a tenth of the text.
// - speedscope's importer runs in Chromium, and is timed by what it says itself ("import: … ms").
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';
import { recordServers } from './record-servers.mjs';
import { median } from './statistics.mjs';

const MEGABYTES = Number(process.argv[2] ?? 400);
const ROUNDS = Number(process.argv[3] ?? 3);
const COPIES = 5;
const out = fileURLToPath(new URL('out/', import.meta.url));
const stackscope = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const speedscope = fileURLToPath(
  new URL('../test/tools/node_modules/speedscope/dist/release/', import.meta.url),
);

/** The first `megabytes` of the text, cut behind a whole sample. */
async function printText(output, megabytes) {
  const recorded = join(out, 'recorded.data');
  if (!existsSync(recorded)) recordServers(recorded);
  const perf = spawn('perf', ['script', '-i', recorded], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const file = openSync(output, 'w');
  let left = megabytes * 1e6;
  for await (const piece of perf.stdout) {
    if (piece.length > left) {
      writeSync(file, piece.subarray(0, piece.indexOf('\n\n') + 2));
      break;
    }
    writeSync(file, piece);
    left -= piece.length;
  }
  closeSync(file);
  perf.kill();
}

function repeatText(input, output, copies) {
  const bytes = readFileSync(input);
  const file = openSync(output, 'w');
  for (let copy = 0; copy < copies; copy++) writeSync(file, bytes);
  closeSync(file);
}

/** Periods as perf printed them, summed by the simplest means. */
async function totals(input) {
  let [samples, weight] = [0, 0];
  for await (const line of createInterface({ input: createReadStream(input) })) {
    const period = line.startsWith('\t') ? null : /: +(\d+) cpu-clock: $/.exec(line);
    if (period === null) continue;
    samples++;
    weight += Number(period[1]);
  }
  return { samples, weight };
}

function countsOf(file) {
  return readFileSync(file, 'latin1')
    .split('\n')
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Seconds and sum of weights of speedscope's own import. */
async function speedscopeImport(input) {
  const require = createRequire(import.meta.url);
  const { chromium } = require(join(speedscope, '../../../playwright-core'));
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', json: 'application/json' };
  const server = createServer((request, response) => {
    const name = new URL(request.url, 'http://x').pathname.slice(1) || 'index.html';
    const type = types[name.split('.').pop()] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type });
    response.end(existsSync(join(speedscope, name)) ? readFileSync(join(speedscope, name)) : '');
  }).listen(0, '127.0.0.1');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const said = page.waitForEvent('console', {
      predicate: (message) => /^import: [\d.]+ ms/.test(message.text()),
      timeout: 180_000,
    });
    await page.setInputFiles('input[type=file]', input);
    return Number(/^import: ([\d.]+) ms/.exec((await said).text())[1]) / 1000;
  } finally {
    await browser.close();
    server.close();
  }
}

/** `run` has seconds and, where they are known, CPU seconds and megabytes; `ours` are our CPU seconds a megabyte. */
function row(name, run, megabytes, ours) {
  const cpu = run.cpu ?? run.seconds;
  const used = run.megabytes === undefined ? ''.padStart(8) : `${run.megabytes.toFixed(0).padStart(5)} MB`;
  const factor = `${(cpu / megabytes / ours).toFixed(1).padStart(6)} times`;
  const times = `${run.seconds.toFixed(2).padStart(7)} s ${cpu.toFixed(2).padStart(6)} s CPU`;
  console.log(
    `${name.padEnd(32)} ${times} ${(megabytes / cpu).toFixed(0).padStart(5)} MB a CPU second ${used} ${factor}`,
  );
}

/** The medians of several runs. */
function medianRun(runs) {
  const of = (key) => median(runs.map((run) => run[key]));
  return { seconds: of('seconds'), cpu: of('cpu'), megabytes: of('megabytes') };
}

mkdirSync(out, { recursive: true });
const input = join(out, `${MEGABYTES}.perf.txt`);
if (!existsSync(input)) await printText(input, MEGABYTES);
const expected = await totals(input);
const folded = join(out, 'perf-script.folded');
const fold = (from) => [process.execPath, [stackscope, 'convert', from, '-o', folded]];
const ours = [];
const theirs = [];
for (let round = 0; round < ROUNDS; round++) {
  ours.push(await measure(...fold(input)));
  if (!process.env.STACKCOLLAPSE || round > 0) continue;
  const file = openSync(join(out, 'perl.folded'), 'w');
  theirs.push(await measure('perl', [process.env.STACKCOLLAPSE, input], file));
  closeSync(file);
}
assert.equal(countsOf(folded), expected.samples);
const run = medianRun(ours);
const cost = run.cpu / MEGABYTES;
console.log(`${expected.samples.toLocaleString('en-US')} samples in ${MEGABYTES} MB of text, in all of them`);
row('stackscope convert -f folded', run, MEGABYTES, cost);
if (theirs.length > 0) {
  assert.equal(countsOf(join(out, 'perl.folded')), expected.weight);
  row('stackcollapse-perf.pl', theirs[0], MEGABYTES, cost);
}
row("speedscope's importer", { seconds: await speedscopeImport(input) }, MEGABYTES, cost);
if (process.env.CPUPROFILIFY) {
  const tenth = join(out, 'tenth.perf.txt');
  await printText(tenth, MEGABYTES / 10);
  const start = performance.now();
  const command = 'node "$0/bin/cpuprofilify" --unresolveds --sysinternals --v8internals < "$1" > "$2"';
  const profile = join(out, 'cpuprofilify.cpuprofile');
  const { status, stderr } = spawnSync('sh', ['-c', command, process.env.CPUPROFILIFY, tenth, profile]);
  const took = (performance.now() - start) / 1000;
  if (status === 0 && readFileSync(profile).length > 0)
    row('cpuprofilify (a tenth)', { seconds: took }, MEGABYTES / 10, cost);
  else console.log(`cpuprofilify fails on ${MEGABYTES / 10} MB: ${String(stderr).trim().split('\n').pop()}`);
}
const long = join(out, 'long.perf.txt');
repeatText(input, long, COPIES);
const longRun = await measure(...fold(long));
assert.equal(countsOf(folded), expected.samples * COPIES);
row(`stackscope, ${COPIES} times the text`, longRun, MEGABYTES * COPIES, cost);
rmSync(long);

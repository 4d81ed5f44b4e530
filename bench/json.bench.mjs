// How fast a large .cpuprofile is read, beside the best streaming parser of JSON, and how fast each JSON format is
// written, beside JSON.stringify of the same data; each in a process of its own, interleaved, medians. The recording
// is real: a busy server under `node --cpu-prof`, its samples repeated to the size asked for; kept in bench/out.
// `node bench/json.bench.mjs [MEGABYTES] [ROUNDS]`
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const MEGABYTES = Number(process.argv[2] ?? 600);
const ROUNDS = Number(process.argv[3] ?? 3);
/** Of the .cpuprofile that is written: what it becomes must fit one text. */
const WRITTEN_MEGABYTES = { cpuprofile: 100, speedscope: 3, 'trace-events': 0.5 };
const out = fileURLToPath(new URL('out/', import.meta.url));
const taskProgram = fileURLToPath(new URL('json-task.mjs', import.meta.url));
const server = fileURLToPath(new URL('programs/deep-server.cjs', import.meta.url));

/** A profile of a busy server, 5 samples a millisecond. */
function recorded() {
  const directory = mkdtempSync(join(tmpdir(), 'stackscope-bench-'));
  const options = ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', directory];
  const { status, stderr } = spawnSync(process.execPath, [...options, server, '6000'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const [name] = readdirSync(directory);
  const profile = JSON.parse(readFileSync(join(directory, name), 'utf8'));
  rmSync(directory, { recursive: true });
  return profile;
}

/** Its samples over and over, one after the other, up to so many bytes. */
function replicate(path, megabytes) {
  const profile = recorded();
  const { nodes, startTime, samples } = profile;
  // V8 may write samples out of order: their order does not matter here, that times go on does.
  const deltas = profile.timeDeltas.map((delta) => Math.max(0, delta));
  const both = [`,${samples.join(',')}`, `,${deltas.join(',')}`];
  const head = `{"nodes":${JSON.stringify(nodes)},"startTime":${startTime},"samples":[`;
  const copies = Math.max(1, Math.round((megabytes * 1e6 - head.length) / (both[0].length + both[1].length)));
  const span = deltas.reduce((sum, delta) => sum + delta, 0);
  const file = openSync(path, 'w');
  writeSync(file, head);
  for (const [which, list] of both.entries()) {
    for (let copy = 0; copy < copies; copy++) writeSync(file, copy === 0 ? list.slice(1) : list);
    if (which === 0) writeSync(file, '],"timeDeltas":[');
  }
  writeSync(file, `],"endTime":${startTime + span * copies}}`);
  closeSync(file);
}

function fileOf(megabytes) {
  const path = join(out, `${megabytes}.cpuprofile`);
  if (!existsSync(path)) replicate(path, megabytes);
  return path;
}

function run(task, file) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=12000', taskProgram, task, file],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? JSON.parse(stdout) : { error: /^\w*Error.*$/m.exec(stderr)?.[0] ?? stderr };
}

mkdirSync(out, { recursive: true });
const large = fileOf(MEGABYTES);
const READERS = ['read stackscope', 'read json-ext'];
const runs = Object.fromEntries(READERS.map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) for (const name of READERS) runs[name].push(run(name, large));
const [{ samples, ns }] = runs[READERS[0]];
for (const name of READERS) {
  for (const each of runs[name])
    assert.deepEqual([each.error, each.samples, each.ns], [undefined, samples, ns], name);
}
console.log(
  `${(statSync(large).size / 1e6).toFixed(0)} MB: the same ${samples.toLocaleString('en-US')} samples, ${(ns / 1e9).toFixed(3)} s in all ways`,
);
const middle = (name, field) => median(runs[name].map((each) => each[field]));
const [ours, oursCpu] = ['seconds', 'cpu'].map((field) => middle(READERS[0], field));
for (const name of READERS) {
  const [seconds, cpu, megabytes] = ['seconds', 'cpu', 'megabytes'].map((field) => middle(name, field));
  console.log(
    `${name.padEnd(16)} ${seconds.toFixed(2).padStart(6)} s ${cpu.toFixed(2).padStart(6)} s CPU ${megabytes.toFixed(0).padStart(6)} MB ${(seconds / ours).toFixed(2).padStart(6)} times, by CPU ${(cpu / oursCpu).toFixed(2)}`,
  );
}
const parsed = run('read JSON.parse', large);
console.log(
  `read JSON.parse  ${parsed.error ?? `${parsed.seconds.toFixed(2)} s ${parsed.megabytes.toFixed(0)} MB`}`,
);
for (const [name, megabytes] of Object.entries(WRITTEN_MEGABYTES)) {
  const { error, bytes, ours: seconds, stringify, encode, peak } = run(name, fileOf(megabytes));
  assert.equal(error, undefined);
  console.log(
    `write ${name.padEnd(13)} ${(bytes / 1e6).toFixed(1).padStart(6)} MB ${seconds.toFixed(3)} s CPU; JSON.stringify of it ${stringify.toFixed(3)} s, as bytes ${encode.toFixed(3)} s: ${(encode / seconds).toFixed(2)} times; at most ${peak.toFixed(0)} MB`,
  );
}

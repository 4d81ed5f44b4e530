// One measurement of json.bench.mjs, in a process of its own so that its peak memory is its own:
// `node json-task.mjs TASK FILE`. Prints what it took and the totals by which the ways are compared.
import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openProfile } from '../dist/cli/open-profile.js';
import { cpuprofile } from '../dist/formats/cpuprofile/index.js';
import { speedscope } from '../dist/formats/speedscope/index.js';
import { traceEvents } from '../dist/formats/trace-events/index.js';

const TOOLS = fileURLToPath(new URL('../test/tools/node_modules', import.meta.url));
const [task, file] = process.argv.slice(2);

const TASKS = {
  /** As `convert` to .stackscope does: samples leave memory when a batch is there. */
  async 'read stackscope'() {
    let samples = 0;
    let ns = 0;
    await openProfile(file, {
      onBatch: async ({ series }) => {
        for (const each of series) each.drain();
      },
    }).then(({ series }) => {
      for (const { sampleCount, totalWeight } of series) {
        samples += sampleCount;
        ns += totalWeight;
      }
    });
    return { samples, ns };
  },
  async 'read json-ext'() {
    const { parseChunked } = await import(join(TOOLS, '@discoveryjs/json-ext/src/index.js'));
    return totalsOf(await parseChunked(createReadStream(file)));
  },
  async 'read JSON.parse'() {
    return totalsOf(JSON.parse(readFileSync(file, 'utf8')));
  },
};

/** Samples that last, and how long they do: the last one up to the end. */
function totalsOf({ samples, timeDeltas, startTime, endTime, nodes }) {
  const ids = new Set(nodes.map(({ id }) => id));
  let at = startTime;
  let count = 0;
  let us = 0;
  for (let i = 0; i < samples.length; i++) {
    if (!ids.has(samples[i])) throw new Error(`no node ${samples[i]}`);
    at += timeDeltas[i];
    const lasts = i + 1 < samples.length ? timeDeltas[i + 1] : endTime - at;
    if (lasts > 0) count++;
    us += lasts;
  }
  return { samples: count, ns: us * 1000 };
}

const WRITERS = { cpuprofile, speedscope, 'trace-events': traceEvents };

/**
 * Writes a profile in a format, from the model to bytes; and what was written, parsed, once more by JSON.stringify, to
 * a text and to bytes. CPU seconds, the fewest of five.
 */
async function write(format) {
  const profile = await openProfile(file);
  let bytes = 0;
  const ours = fewestSeconds(() => {
    bytes = 0;
    for (const piece of format.write(profile)) bytes += piece.length;
  });
  const peak = process.resourceUsage().maxRSS / 1024;
  const data = JSON.parse(Buffer.concat([...format.write(profile)]).toString());
  let characters = 0;
  const stringify = fewestSeconds(() => {
    characters = JSON.stringify(data).length;
  });
  const encode = fewestSeconds(() => new TextEncoder().encode(JSON.stringify(data)));
  assert.ok(Math.abs(characters - bytes) < bytes / 100, 'the same data');
  return { bytes, ours, stringify, encode, peak };
}

function fewestSeconds(action) {
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(before);
    fewest = Math.min(fewest, (user + system) / 1e6);
  }
  return fewest;
}

const start = performance.now();
const result = task in TASKS ? await TASKS[task]() : await write(WRITERS[task]);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage();
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, megabytes, ...result }));

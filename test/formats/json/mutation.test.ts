import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { cpuprofile } from '../../../src/formats/cpuprofile/index.js';
import { speedscope } from '../../../src/formats/speedscope/index.js';
import { traceEvents } from '../../../src/formats/trace-events/index.js';
import { UserError } from '../../../src/profile/errors.js';
import { readBytes } from '../check-recording.js';
import { checkMutants } from '../mutants.js';

const MUTANTS = 1000;

function recording(name: string): string {
  const bytes = readFileSync(join(import.meta.dirname, '../../fixtures', name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

/** Ours, of a few events of each kind: those of a whole recording would take a minute. */
function fewEvents(name: string): string {
  const seen = new Map<string, number>();
  const { traceEvents: events } = JSON.parse(recording(name));
  const few = events.filter(({ ph, cat, name: event }: Record<string, string>) => {
    const key = `${ph} ${cat} ${event}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key)! <= 2;
  });
  return JSON.stringify({ traceEvents: few });
}

const CASES = [
  ['cpuprofile of Node 20', cpuprofile, () => recording('cpuprofile/node-20/shapes.cpuprofile')],
  ['cpuprofile of Node 22', cpuprofile, () => recording('cpuprofile/node-22/shapes.cpuprofile')],
  ['cpuprofile of Node 24', cpuprofile, () => recording('cpuprofile/node-24/shapes.cpuprofile')],
  ['cpuprofile of Node 26', cpuprofile, () => recording('cpuprofile/node-26/shapes.cpuprofile')],
  [
    'tree of cpuprofilify',
    cpuprofile,
    () => JSON.stringify(JSON.parse(recording('cpuprofile/cpuprofilify/dtrace.cpuprofile.gz'))),
  ],
  ['speedscope 0.0.1', speedscope, () => recording('speedscope/0.0.1/simple.speedscope.json')],
  ['speedscope 0.6.0', speedscope, () => recording('speedscope/0.6.0/two-sampled.speedscope.json')],
  ['speedscope 1.25.0', speedscope, () => recording('speedscope/1.25.0/node-24.speedscope.json')],
  ['trace of Node 26', traceEvents, () => fewEvents('trace-events/node-26/shapes.trace.json.gz')],
  ['trace of Chromium', traceEvents, () => fewEvents('trace-events/chrome-156/page.trace.json.gz')],
  ['trace of Hermes', traceEvents, () => recording('trace-events/speedscope/multi-thread-with-samples.json')],
] as const;

it.each(CASES.map(([name, format, text], seed) => [name, format, text, seed] as const))(
  'mutants of a %s are refused plainly or read',
  async (_, format, text, seed) => {
    await checkMutants(format, text(), seed, MUTANTS);
  },
);

it.each([
  [
    'cpuprofile/malformed/cyclic-nodes.cpuprofile',
    cpuprofile,
    'cpuprofile cannot be read: nodes[2].children[0]: nodes[1] has another caller already; record it again.',
  ],
  [
    'cpuprofile/malformed/duplicate-ids.cpuprofile',
    cpuprofile,
    'cpuprofile cannot be read: nodes[2].id 2 was given to another node before; record it again.',
  ],
  [
    'cpuprofile/malformed/negative-time.cpuprofile',
    cpuprofile,
    'cpuprofile cannot be read: timeDeltas[1] is -2000, which is no time in microseconds; record it again.',
  ],
  [
    'speedscope/malformed/falling-time.speedscope.json',
    speedscope,
    'speedscope file cannot be read: profiles[0].events[2].at is 3, before 5 of the one before; export it again.',
  ],
  [
    'speedscope/malformed/missing-frame.speedscope.json',
    speedscope,
    'speedscope file cannot be read: a stack names frame 4 of 2; export it again.',
  ],
  [
    'speedscope/malformed/cut.speedscope.json',
    speedscope,
    'speedscope file cannot be read: it ends before its end; export it again.',
  ],
  [
    'trace-events/malformed/no-json.trace.json',
    traceEvents,
    "trace cannot be read: byte 66: 't' is not what JSON has after a comma in an object; record it again.",
  ],
  [
    'trace-events/malformed/own-caller.trace.json',
    traceEvents,
    'trace cannot be read: stackFrames: 1 is its own caller; record it again.',
  ],
  [
    'trace-events/malformed/node-without-frame.trace.json',
    traceEvents,
    'trace cannot be read: nodes[0].callFrame is undefined, not an object; record it again.',
  ],
] as const)('%s is refused with one sentence', async (path, format, message) => {
  const bytes = new TextEncoder().encode(recording(path));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const error = await readBytes(format, bytes, name).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  const kind = path.startsWith('cpuprofile') ? `${name}: this .` : `${name}: this `;
  expect((error as UserError).message).toBe(kind + message);
});

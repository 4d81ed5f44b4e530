import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { traceEvents } from '../../../src/formats/trace-events/index.js';
import { LAYER_NAMES } from '../../../src/profile/layers.js';
import { OPERATION_KIND_NAMES } from '../../../src/profile/operations.js';
import type { Profile } from '../../../src/profile/profile.js';
import { ROLE_NAMES } from '../../../src/profile/threads.js';
import { checkRecording, readBytes, written } from '../check-recording.js';
import { stackSums } from '../stack-sums.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/trace-events');

interface Event {
  ph: string;
  cat: string;
  name: string;
  ts: number;
  dur?: number;
  id?: string;
  args: { data?: { endTime?: number; timeDeltas?: number[]; cpuProfile?: { samples?: number[] } } };
}

function eventsOf(name: string): Event[] {
  return JSON.parse(gunzipSync(readFileSync(join(FIXTURES, name))).toString()).traceEvents;
}

function series({ series: all }: Profile, event: string) {
  return all.filter((each) => each.event === event && each.pending > 0);
}

function namesOf({ functions }: Profile): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: functions.length }, (_, id) => [
      functions.name(id),
      LAYER_NAMES[functions.layer(id)],
    ]),
  );
}

describe.each([20, 22, 24, 26])('a trace of Node %i', (version) => {
  const name = `node-${version}/shapes.trace.json.gz`;

  it('is read the same from anywhere, and kept', async () => {
    const profile = await checkRecording(`trace-events/${name}`, traceEvents);
    expect(profile.quality.notes).toEqual([]);
    expect(profile.processes.nodeVersion(0)).toMatch(new RegExp(`^${version}\\.`));
    expect(profile.processes.command(0)).toBe('/usr/bin/node');
    expect(profile.threads.name(0)).toBe('JavaScriptMainThread');
    expect(ROLE_NAMES[profile.threads.columns.role.data[0]]).toBe('main');
  });

  it("has V8's samples and the time of each", async () => {
    const profile = await checkRecording(`trace-events/${name}`, traceEvents);
    // --cpu-prof and tracing profile the thread both: two profiles, which are never added up.
    const byId = new Map<string, number>();
    for (const { name: event, id, args } of eventsOf(name)) {
      const samples = args.data?.cpuProfile?.samples?.length ?? 0;
      if (event === 'ProfileChunk') byId.set(id!, (byId.get(id!) ?? 0) + samples);
    }
    const told = [...byId.values()].filter((count) => count > 0);
    const read = ['v8', 'v8 (2)'].flatMap((event) => series(profile, event));
    expect(read.length).toBe(told.length);
    const count = (list: number[]) => list.reduce((sum, each) => sum + each, 0);
    // Samples of no length, of which V8 makes some, say nothing.
    expect(count(read.map(({ pending }) => pending))).toBeGreaterThan(count(told) * 0.97);
    expect(count(read.map(({ pending }) => pending))).toBeLessThanOrEqual(count(told));
    const sums = [...stackSums(profile, series(profile, 'v8'))];
    const inLeaf = sums.filter(([stack]) => stack.endsWith('outer;leaf')).map(([, ns]) => ns);
    expect(count(inLeaf)).toBeGreaterThan(20e6);
    expect(namesOf(profile)).toMatchObject({ leaf: 'application', '(garbage collector)': 'v8' });
  });

  it('has slices whose times add up', async () => {
    const profile = await checkRecording(`trace-events/${name}`, traceEvents);
    const outer = eventsOf(name).filter(({ ph, name: event }) => ph === 'X' && event === 'RunTimers');
    const longest = Math.max(...outer.map(({ dur }) => dur!));
    const sums = [...stackSums(profile, series(profile, 'slices'))];
    const read = sums.filter(([stack]) => stack.split(';').includes('RunTimers'));
    expect(longest).toBeGreaterThan(20_000);
    expect(read.reduce((sum, [, ns]) => sum + ns, 0)).toBe(
      outer.reduce((sum, { dur }) => sum + dur! * 1000, 0),
    );
  });

  it('has what it waited for as operations', async () => {
    const { operations, strings } = await checkRecording(`trace-events/${name}`, traceEvents);
    const { kind, start, end, host, address, port } = operations.columns;
    const all = Array.from({ length: operations.length }, (_, row) => ({
      name: operations.name(row),
      kind: OPERATION_KIND_NAMES[kind.data[row]],
      us: end.data[row] - start.data[row],
      peer: [strings.get(host.data[row]), strings.get(address.data[row]), port.data[row]],
    }));
    const pairs = eventsOf(name).filter(
      ({ ph, cat }) => ph === 'b' && cat === 'node,node.dns,node.dns.native',
    );
    const lookup = all.find((each) => each.name === 'lookup')!;
    expect(lookup).toMatchObject({ kind: 'dns', peer: ['localhost', '', 0] });
    const ended = eventsOf(name).find(({ ph, id }) => ph === 'e' && id === pairs[0].id)!;
    expect(lookup.us).toBe(ended.ts - pairs[0].ts);
    expect(all.find((each) => each.name === 'connect')).toMatchObject({
      kind: 'connect',
      peer: ['', '127.0.0.1', expect.any(Number)],
    });
    const kinds = new Set(all.map((each) => each.kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['dns', 'connect', 'fs', 'timer', 'http']));
    expect(all.some((each) => each.name.endsWith('_CALLBACK'))).toBe(false);
  });
});

describe('a trace of Chromium', () => {
  it('has its threads, slices, samples with lines, and user timings', async () => {
    const profile = await checkRecording('trace-events/chrome-156/page.trace.json.gz', traceEvents);
    expect(profile.quality.notes).toEqual([]);
    const main = Array.from({ length: profile.threads.length }, (_, id) => id).find(
      (id) => profile.threads.name(id) === 'CrRendererMain',
    )!;
    expect(ROLE_NAMES[profile.threads.columns.role.data[main]]).toBe('main');
    const sums = [...stackSums(profile, series(profile, 'v8'))];
    const inLeaf = sums.filter(([stack]) => stack.endsWith('outer;leaf'));
    expect(inLeaf.reduce((sum, [, ns]) => sum + ns, 0)).toBeGreaterThan(10e6);
    const { frames, functions } = profile;
    const lines = Array.from({ length: frames.length }, (_, id) => id)
      .filter((id) => functions.name(frames.func(id)) === 'leaf')
      .map((id) => frames.columns.line.data[id]);
    expect(lines).toContain(1);
    const { operations } = profile;
    const outer = Array.from({ length: operations.length }, (_, row) => row).find(
      (row) => operations.name(row) === 'outer',
    )!;
    expect(operations.columns.end.data[outer] - operations.columns.start.data[outer]).toBeGreaterThan(10_000);
  });
});

describe.each(readdirSync(join(FIXTURES, 'speedscope')).filter((name) => name.endsWith('.json')))(
  '%s',
  (name) => {
    it('is read the same from anywhere, and its stacks keep their weight when written', async () => {
      const profile = await checkRecording(`trace-events/speedscope/${name}`, traceEvents);
      const sums = stackSums(profile);
      expect(sums.size).toBeGreaterThan(0);
      const again = stackSums(await readBytes(traceEvents, await written(traceEvents, profile)));
      const isCount = profile.series.some(({ unit }) => unit === 3);
      const scaled = new Map([...sums].map(([stack, weight]) => [stack, isCount ? weight * 1e6 : weight]));
      expect(again).toEqual(scaled);
    });
  },
);

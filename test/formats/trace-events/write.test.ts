import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { mainEvent } from '../../../src/formats/placed-samples.js';
import { traceEvents } from '../../../src/formats/trace-events/index.js';
import { OperationKind } from '../../../src/profile/operations.js';
import type { Profile } from '../../../src/profile/profile.js';
import { SLICES, Unit } from '../../../src/profile/series.js';
import { ThreadRole } from '../../../src/profile/threads.js';
import { generatedProfile } from '../../profile/generated-profile.js';
import { addThread, internStack, profileOf } from '../../profiles.js';
import { SEED } from '../../random.js';
import { readBytes, written } from '../check-recording.js';
import { stackSums } from '../stack-sums.js';

async function eventsOf(profile: Profile): Promise<Record<string, unknown>[]> {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await written(traceEvents, profile)))
    .traceEvents;
}

it('writes functions as slices in time, with their place and layer, and pauses as nothing', async () => {
  const profile = profileOf('', { unit: Unit.CpuNs });
  const [series] = profile.series;
  series.add(10_000, internStack(profile, 'main@/app/b.js:3:9;a@/usr/lib/libc.so.6#libc'), 1_003_009);
  series.add(11_003, internStack(profile, 'main@/app/b.js:3:9'), 1_004_000);
  series.add(500_000, internStack(profile, 'main@/app/b.js:3:9'), 1_000_000);
  const owner = { pid: 1, tid: 1 };
  const metadata = { ph: 'M', cat: '__metadata', ts: 0 };
  const end = { ph: 'E', name: 'main', cat: 'application', ...owner };
  const main = {
    ph: 'B',
    name: 'main',
    cat: 'application',
    args: { file: '/app/b.js', line: 3, column: 9 },
    ...owner,
  };
  expect(await eventsOf(profile)).toEqual([
    { ph: 'I', s: 'g', cat: '', name: 'recording starts', pid: 1, tid: 0, ts: 0 },
    { ...metadata, name: 'process_name', pid: 1, tid: 0, args: { name: 'node main.js' } },
    { ...metadata, name: 'thread_name', ...owner, args: { name: 'node', role: 'main' } },
    { ...main, ts: 8996 },
    { ph: 'B', name: 'a', cat: 'libc', args: { file: '/usr/lib/libc.so.6' }, ...owner, ts: 8996 },
    { ...end, name: 'a', cat: 'libc', ts: 9999.009 },
    { ...end, ts: 11_003.009 },
    { ...main, ts: 498_999.009 },
    { ...end, ts: 499_999.009 },
  ]);
});

it('writes operations as asynchronous slices, which are read back', async () => {
  const profile = profileOf('main 5');
  const worker = addThread(profile, { tid: 9, name: 'w', role: ThreadRole.Worker });
  const { operations } = profile;
  const parent = operations.add({
    kind: OperationKind.Http,
    name: 'GET /',
    thread: 0,
    start: 100,
    end: 900,
    result: '200',
    port: 8080,
    host: 'a.example',
  });
  operations.add({
    kind: OperationKind.Dns,
    thread: worker,
    start: 200,
    end: 300,
    parent,
    attempts: 2,
    dns: 12.5,
    error: 'ENOTFOUND',
  });
  operations.add({ kind: OperationKind.Timer, name: 'going on', thread: 0, start: 400 });
  operations.add({ kind: OperationKind.Fs, name: 'only its end', thread: 0, end: 500, count: 3 });
  const asynchronous = (await eventsOf(profile)).filter(({ ph }) => 'ben'.includes(ph as string));
  const http = { cat: 'http', name: 'GET /', id: '0x1', pid: 1, tid: 1 };
  expect(asynchronous.slice(0, 3)).toEqual([
    { ph: 'b', ...http, ts: 100, args: { host: 'a.example', result: '200', port: 8080 } },
    { ph: 'e', ...http, ts: 900 },
    {
      ...{ ph: 'b', cat: 'dns', name: 'dns', id: '0x2', pid: 1, tid: 9, ts: 200 },
      args: { error: 'ENOTFOUND', dns: 12.5, attempts: 2, parent: '0x1' },
    },
  ]);
  const again = await readBytes(traceEvents, await written(traceEvents, profile));
  const told = ({ operations: { columns, length, name }, strings }: Profile, row: number) => [
    length,
    name.call(profile.operations, 0) !== undefined,
    ...[columns.kind, columns.start, columns.attempts, columns.count, columns.port, columns.dns].map(
      ({ data }) => data[row],
    ),
    ...[columns.host, columns.result, columns.error].map(({ data }) => strings.get(data[row])),
  ];
  for (const row of [0, 1, 2]) expect(told(again, row)).toEqual(told(profile, row));
  expect(again.operations.columns.end.data[2]).toBeNaN();
  expect(again.operations.columns.end.data[3]).toBe(500);
});

test('any profile keeps threads and the weight of its main event, to a nanosecond a sample', async () => {
  await fc.assert(
    fc.asyncProperty(fc.noShrink(generatedProfile), async (profile) => {
      const bytes = await written(traceEvents, profile);
      const again = await readBytes(traceEvents, bytes);
      const shown = mainEvent(profile);
      const scale = shown[0]?.unit === Unit.Count ? 1e6 : 1;
      let weight = 0;
      let samples = 0;
      for (const [stack, each] of stackSums(profile, shown))
        if (!stack.endsWith('(idle)')) weight += each * scale;
      for (const { pending } of shown) samples += pending;
      const read = again.series
        .filter(({ event }) => event === SLICES)
        .reduce((sum, { totalWeight }) => sum + totalWeight, 0);
      // Times past what doubles hold are no times.
      if (weight > Number.MAX_SAFE_INTEGER) return;
      // Slices of one name in processes of one id lie over each other in a generated profile.
      if (new Set(shown.map(({ thread }) => owner(profile, thread))).size < shown.length) return;
      expect(Math.abs(read - weight)).toBeLessThanOrEqual(samples * 2 + weight * 1e-9);
    }),
    { seed: SEED, numRuns: 150 },
  );
});

function owner({ threads, processes }: Profile, thread: number): string {
  const { process, tid } = threads.columns;
  return `${processes.columns.pid.data[process.data[thread]]} ${tid.data[thread]}`;
}

it('stacks of 10,000 frames are written and read', async () => {
  const profile = profileOf(`${Array.from({ length: 10_000 }, (_, i) => `f${i}`).join(';')} 3\nf0;g 2`);
  const again = await readBytes(traceEvents, await written(traceEvents, profile));
  expect(stackSums(again)).toEqual(stackSums(profile));
});

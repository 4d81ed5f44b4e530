import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { pprof } from '../../../src/formats/pprof/index.js';
import { CALL_FRAME, type FrameId, FrameKind } from '../../../src/profile/frames.js';
import { Layer } from '../../../src/profile/layers.js';
import { NO_PROCESS } from '../../../src/profile/processes.js';
import { Profile } from '../../../src/profile/profile.js';
import { plainUrl } from '../../../src/profile/script-url.js';
import { type Series, Unit } from '../../../src/profile/series.js';
import { ROOT, type StackId } from '../../../src/profile/stacks.js';
import { ThreadRole } from '../../../src/profile/threads.js';
import { generatedProfile } from '../../profile/generated-profile.js';
import { readBytes } from '../check-recording.js';
import { goRaw } from './go-pprof.js';

/** Without a codec what is written is not packed. */
async function unpacked(profile: Profile): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of pprof.write!(profile)) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

const roundTrip = async (profile: Profile) => readBytes(pprof, await unpacked(profile));

/** Whose samples a series has, and of what. */
function owner({ threads, processes }: Profile, { thread, event, unit }: Series): unknown[] {
  const process = threads.columns.process.data[thread];
  const { tid, role } = threads.columns;
  const who = [processes.columns.pid.data[process], processes.command(process)];
  return [...who, tid.data[thread], threads.name(thread), role.data[thread], event, unit];
}

function isUnnamed({ frames, functions }: Profile, frame: FrameId): boolean {
  const func = frames.func(frame);
  const { script, line } = functions.columns;
  return functions.name(func) === '' && script.data[func] === 0 && line.data[func] === 0;
}

/** All that a location tells of a frame. `caller` is -1 at the root. */
function frameText(profile: Profile, frame: FrameId, caller: FrameId): string {
  const { frames, functions, scripts, mappings } = profile;
  const kind = frames.kind(frame);
  if (kind !== FrameKind.Call) return FrameKind[kind];
  const func = frames.func(frame);
  const { script, mapping, line } = functions.columns;
  const library = [mappings.path(mapping.data[func]), mappings.buildId(mapping.data[func])];
  if (isUnnamed(profile, frame)) {
    const { addressLo, addressHi } = frames.columns;
    return JSON.stringify([...library, addressLo.data[frame], addressHi.data[frame]]);
  }
  const isInlined =
    frames.inlined(frame) &&
    caller >= 0 &&
    frames.kind(caller) === FrameKind.Call &&
    mapping.data[frames.func(caller)] === mapping.data[func] &&
    !isUnnamed(profile, caller);
  const name = functions.name(func).replace(/^\(anonymous.*\)$/, '');
  const at = [frames.columns.line.data[frame], frames.columns.column.data[frame]];
  const place = [plainUrl(scripts.url(script.data[func])), line.data[func]];
  return JSON.stringify([name, ...place, ...library, ...at, isInlined]);
}

function stackText(profile: Profile, stack: StackId): string {
  const { parent, frame } = profile.stacks.columns;
  const texts: string[] = [];
  for (let at = stack; at !== ROOT; at = parent.data[at]) {
    const caller = parent.data[at] === ROOT ? -1 : frame.data[parent.data[at]];
    texts.push(frameText(profile, frame.data[at], caller));
  }
  return texts.reverse().join('\n');
}

/** Weight by owner and stack. */
function weights(profile: Profile): Map<string, number> {
  const sums = new Map<string, number>();
  for (const series of profile.series) {
    for (let i = 0; i < series.pending; i++) {
      const key = `${JSON.stringify(owner(profile, series))}\n${stackText(profile, series.stacks.data[i])}`;
      sums.set(key, (sums.get(key) ?? 0) + series.weights.data[i]);
    }
  }
  return sums;
}

/** Weights are whole in a pprof; each row may be off by less than one, and doubles of many have no halves. */
function expectClose(got: number, expected: number, what: string): void {
  expect(Math.abs(got - expected), what).toBeLessThanOrEqual(1 + Math.abs(expected) * 1e-12);
}

it('weights, units, events, threads, processes, places and inlining of any profile are read back', async () => {
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      const expected = weights(profile);
      const got = weights(await roundTrip(profile));
      for (const key of new Set([...expected.keys(), ...got.keys()]))
        expectClose(got.get(key) ?? 0, expected.get(key) ?? 0, key);
    }),
    { numRuns: 300 },
  );
});

it('the total of each event is that of the profile, to one', async () => {
  const totals = (profile: Profile) => {
    const sums = new Map<string, number>();
    for (const { event, unit, totalWeight } of profile.series) {
      sums.set(`${event} ${unit}`, (sums.get(`${event} ${unit}`) ?? 0) + totalWeight);
    }
    return sums;
  };
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      const got = totals(await roundTrip(profile));
      for (const [event, total] of totals(profile)) expectClose(got.get(event) ?? 0, total, event);
    }),
  );
});

it('go tool pprof reads any profile, and its totals are the same', async () => {
  const profiles = fc.sample(generatedProfile, { numRuns: 12, seed: 5 });
  for (const profile of profiles) {
    if (profile.series.length === 0) continue;
    const { samples, types } = goRaw(await unpacked(profile));
    const sums = types.map((_, i) => samples.reduce((sum, { values }) => sum + values[i], 0));
    const events = new Map<string, number>();
    for (const { event, unit, totalWeight } of profile.series) {
      events.set(`${unit} ${event}`, (events.get(`${unit} ${event}`) ?? 0) + totalWeight);
    }
    expect(sums.length).toBe(events.size);
    for (const [i, total] of [...events.values()].entries()) expectClose(sums[i], total, types[i]);
  }
});

function small(): Profile {
  const profile = new Profile();
  Object.assign(profile.info, {
    command: 'node server.js',
    engine: 'perf',
    startedMs: 1_700_000_000_123,
    durationUs: 2_500_000,
    frequencyHz: 1000,
  });
  const { scripts, mappings, functions, frames, stacks, processes, threads } = profile;
  const process = processes.add({ pid: 7, parent: NO_PROCESS, start: 0, command: 'node server.js' });
  const thread = threads.add(process, 8, 'node', 0);
  threads.columns.role.data[thread] = ThreadRole.Worker;
  const script = scripts.intern('/app/server.js');
  const libc = mappings.intern('/usr/lib/libc.so.6', 'abcd');
  const js = (name: string, line: number, column: number) =>
    functions.intern({ name, script, mapping: 0, line, column }, Layer.Application, '');
  const unnamed = functions.intern(
    { name: '', script: 0, mapping: libc, line: 0, column: 0 },
    Layer.Libc,
    '',
  );
  const path = [
    { func: js('', 1, 20), line: 3, column: 7 },
    { func: js('', 1, 90), line: 1, column: 91 },
    { func: js('leaf', 9, 4), line: 10, column: 2, inlined: 1 as const },
    { func: unnamed, addressLo: 0x1234, addressHi: 0 },
  ];
  let stack = ROOT;
  for (const frame of path) stack = stacks.intern(stack, frames.intern({ ...CALL_FRAME, ...frame }));
  profile.addSeries(thread, 'cpu-clock', Unit.CpuNs).add(5, stack, 1_000_000);
  profile.series[0].add(9, stack, 500_000);
  return profile;
}

test('what is written is what go tool pprof shows', async () => {
  const { header, types, samples, mappings } = goRaw(await unpacked(small()));
  expect(types).toEqual(['cpu-clock/nanoseconds']);
  expect(samples).toHaveLength(1);
  expect(samples[0].values).toEqual([1_500_000]);
  // Go before 1.22 does not know columns.
  expect(samples[0].frames.map((frame) => frame.replace(/(\.js:\d+):\d+ /, '$1 '))).toEqual([
    '0x10001234',
    'leaf /app/server.js:10 s=9(leaf /app/server.js:9:4)',
    '(anonymous:L#1:C#90) /app/server.js:1 s=1((anonymous:L#1:C#90) /app/server.js:1:90)',
    '(anonymous:L#1:C#20) /app/server.js:3 s=1((anonymous:L#1:C#20) /app/server.js:1:20)',
  ]);
  expect(samples[0].labels.join(' ')).toBe(
    'layer:[libc] process:[node server.js] role:[worker] thread:[node] pid:[7] tid:[8]',
  );
  expect(mappings).toEqual(['1: 0x10000000/0x10002000/0x0 /usr/lib/libc.so.6 abcd']);
  expect(header.get('Time')).toContain('2023-11-14 22:13:20.123');
  expect(header.get('Duration')).toMatch(/^2.5s?$/);
  expect(header.get('Period')).toBe('1000000');
});

test('columns of definitions and what the recording is of come back', async () => {
  const profile = await roundTrip(small());
  const { functions } = profile;
  const { line, column } = functions.columns;
  const places = Array.from({ length: functions.length }, (_, id) => [
    functions.name(id),
    line.data[id],
    column.data[id],
  ]);
  expect(places).toEqual(
    expect.arrayContaining([
      ['', 1, 20],
      ['', 1, 90],
      ['leaf', 9, 4],
    ]),
  );
  expect(profile.info).toEqual({ ...small().info, engine: 'pprof' });
});

import fc from 'fast-check';
import { CALL_FRAME, FrameKind, Tier } from '../../src/profile/frames.js';
import { LAYER_NAMES } from '../../src/profile/layers.js';
import { OPERATION_KIND_NAMES, type OperationFields, OperationSide } from '../../src/profile/operations.js';
import { NO_PROCESS } from '../../src/profile/processes.js';
import { Profile } from '../../src/profile/profile.js';
import { UNIT_NAMES } from '../../src/profile/series.js';
import { ROLE_NAMES } from '../../src/profile/threads.js';

const id = fc.nat({ max: 1_000_000 });
const small = fc.nat({ max: 300 });
/** Any well-formed text: what UTF-8 can hold. */
const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }));
const u32 = fc.nat({ max: 0xffffffff });
const maybe = (value: fc.Arbitrary<number>) => fc.oneof(value, fc.constant(Number.NaN));
const weight = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e15, noNaN: true }), fc.constant(1_003_009));

const functions = fc.array(
  fc.record({
    name: text,
    script: id,
    mapping: id,
    line: small,
    column: u32,
    layer: id,
    moved: fc.boolean(),
  }),
  {
    minLength: 1,
    maxLength: 30,
    size: 'max',
  },
);
const frames = fc.array(
  fc.record({ func: id, line: small, tier: id, kind: id, inlined: fc.boolean(), lo: u32, hi: u32 }),
  { minLength: 1, maxLength: 30, size: 'max' },
);
const processes = fc.array(
  fc.record({
    pid: u32,
    parent: fc.option(id),
    start: fc.integer(),
    command: text,
    end: maybe(fc.integer()),
    exit: maybe(small),
  }),
  { minLength: 1, maxLength: 4, size: 'max' },
);
const threads = fc.array(
  fc.record({
    process: id,
    tid: u32,
    name: text,
    start: fc.integer(),
    role: id,
    charged: maybe(fc.double({ min: 0, noNaN: true })),
    delay: maybe(small),
  }),
  { minLength: 1, maxLength: 5, size: 'max' },
);
const samples = fc.array(
  fc.record({ gap: fc.nat({ max: 5_000 }), stack: id, weight, cpu: maybe(weight), delay: maybe(small) }),
  {
    maxLength: 80,
    size: 'max',
  },
);
const series = fc.array(
  fc.record({ thread: id, event: text, unit: id, timed: fc.boolean(), withCpu: fc.boolean(), samples }),
  { maxLength: 5, size: 'max' },
);
const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
/** Any of its fields may be missing; ids are taken modulo the length of the table they are of. */
const operations = fc.array(
  fc.record(
    {
      kind: fc.nat({ max: OPERATION_KIND_NAMES.length - 1 }),
      name: text,
      thread: id,
      start: fc.integer({ max: 0 }),
      end: fc.nat(),
      queue: amount,
      dns: amount,
      connect: amount,
      tls: amount,
      firstByte: amount,
      body: amount,
      attempts: small,
      host: text,
      address: text,
      port: fc.nat({ max: 65_535 }),
      bytesIn: amount,
      bytesOut: amount,
      result: text,
      error: text,
      count: fc.integer({ min: 1, max: 0xffffffff }),
      stack: id,
      cause: id,
      asyncStack: id,
      parent: id,
      side: fc.nat({ max: OperationSide.Both }),
    },
    { requiredKeys: ['kind', 'thread'] },
  ),
  { maxLength: 12, size: 'max' },
);

/** What a generated profile is made of, as plain data, so that tests can also build it piece by piece. */
export const ingredients = fc.record({
  command: fc.option(text),
  durationUs: fc.nat(),
  frequencyHz: fc.double({ min: 0, max: 1e6, noNaN: true }),
  lost: small,
  notes: fc.array(text, { maxLength: 3, size: 'max' }),
  mappings: fc.array(fc.tuple(text, text), { maxLength: 4, size: 'max' }),
  scripts: fc.array(text, { maxLength: 5, size: 'max' }),
  functions,
  frames,
  stacks: fc.array(fc.tuple(id, id), { maxLength: 100, size: 'max' }),
  processes,
  threads,
  operations,
  series,
});

export type Ingredients = typeof ingredients extends fc.Arbitrary<infer T> ? T : never;

/** Adds to an empty profile everything but its samples. */
export function buildTables(profile: Profile, from: Ingredients): void {
  const { info, quality } = profile;
  Object.assign(info, { command: from.command, durationUs: from.durationUs, frequencyHz: from.frequencyHz });
  quality.lostSamples = from.lost;
  for (const note of from.notes) quality.note(note, `${note}!`, note);
  for (const [path, buildId] of from.mappings) profile.mappings.intern(path, buildId);
  for (const url of from.scripts) profile.scripts.add(url);
  for (const each of from.functions) addFunction(profile, each);
  for (const each of from.frames) addFrame(profile, each);
  for (const [parent, frame] of from.stacks) {
    profile.stacks.intern(parent % profile.stacks.length, frame % profile.frames.length);
  }
  for (const each of from.processes) addProcess(profile, each);
  for (const each of from.threads) addThread(profile, each);
  for (const each of from.operations) addOperation(profile, each);
  for (const each of from.series) {
    profile.addSeries(
      each.thread % profile.threads.length,
      each.event,
      each.unit % UNIT_NAMES.length,
      each.timed,
      each.withCpu,
    );
  }
}

/** Adds the samples of each series that lie in `[from, to)` of the series' list. */
export function buildSamples(
  profile: Profile,
  ingredients: Ingredients,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): void {
  for (const [index, { samples }] of ingredients.series.entries()) {
    let time = 0;
    for (const [i, sample] of samples.entries()) {
      time += sample.gap;
      if (i < from || i >= to) continue;
      const series = profile.series[index];
      series.add(
        series.timed ? time : 0,
        sample.stack % profile.stacks.length,
        sample.weight,
        sample.cpu,
        sample.delay,
      );
    }
  }
}

export const generatedProfile: fc.Arbitrary<Profile> = ingredients.map((from) => {
  const profile = new Profile();
  buildTables(profile, from);
  buildSamples(profile, from);
  return profile;
});

function addFunction(profile: Profile, row: Ingredients['functions'][number]): void {
  const script = row.script % profile.scripts.length;
  const mapping = row.mapping % profile.mappings.length;
  const packageName = Array.from(row.name).slice(0, 3).join('');
  const layer = row.layer % LAYER_NAMES.length;
  const key = { ...row, script, mapping };
  const func = profile.functions.intern(key, layer, packageName);
  if (!row.moved) return;
  profile.generated.add(func, key);
  profile.functions.relocate(func, { ...key, name: `${row.name}?`, column: 7 }, layer, packageName);
}

function addFrame(profile: Profile, row: Ingredients['frames'][number]): void {
  profile.frames.intern({
    ...CALL_FRAME,
    func: row.func % profile.functions.length,
    line: row.line,
    tier: row.tier % (Tier.Turbofan + 1),
    kind: row.kind % (FrameKind.Idle + 1),
    inlined: row.inlined ? 1 : 0,
    addressLo: row.lo,
    addressHi: row.hi,
  });
}

function addProcess({ processes }: Profile, row: Ingredients['processes'][number]): void {
  const parent = row.parent === null || processes.length === 0 ? NO_PROCESS : row.parent % processes.length;
  const process = processes.add({ ...row, parent });
  processes.setEnd(process, row.end, row.exit);
  processes.setNodeVersion(process, '22.1.0');
}

function addThread({ threads, processes }: Profile, row: Ingredients['threads'][number]): void {
  const thread = threads.add(row.process % processes.length, row.tid, row.name, row.start);
  threads.columns.role.data[thread] = row.role % ROLE_NAMES.length;
  threads.columns.chargedCpu.data[thread] = row.charged;
  threads.columns.runDelay.data[thread] = row.delay;
}

function addOperation(profile: Profile, row: Ingredients['operations'][number]): void {
  const { operations, threads, stacks } = profile;
  const { kind, thread, parent, ...rest } = row;
  const ids = (['stack', 'cause', 'asyncStack'] as const).flatMap((name) =>
    row[name] === undefined ? [] : [[name, row[name] % stacks.length]],
  );
  const added = operations.length;
  operations.add({
    ...rest,
    ...(Object.fromEntries(ids) as Pick<OperationFields, 'stack' | 'cause' | 'asyncStack'>),
    ...(parent !== undefined && added > 0 && { parent: parent % added }),
    kind,
    thread: thread % threads.length,
  });
}

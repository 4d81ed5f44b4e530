import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { Malformed } from '../../src/profile/malformed.js';
import { NO_PROCESS } from '../../src/profile/processes.js';
import type { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { validate } from '../../src/profile/validate.js';
import { generatedProfile } from './generated-profile.js';

let profile: Profile;

/** One that has something of everything. */
function isRich({ series, stacks, processes, operations }: Profile): boolean {
  return (
    stacks.length > 20 &&
    processes.length > 1 &&
    operations.length > 2 &&
    series.some(({ timed, pending }) => timed && pending > 2) &&
    series.some(({ cpu, pending }) => cpu && pending > 2)
  );
}

beforeEach(() => {
  profile = fc.sample(generatedProfile, { seed: 3, numRuns: 200 }).find(isRich) as Profile;
  validate(profile);
});

const last = (column: { length: number }) => column.length - 1;

const BREAKS: Record<string, (profile: Profile) => void> = {
  'a mapping of an unknown path': ({ mappings }) => mappings.append(99_999, 0),
  'a script of an unknown url': ({ scripts }) => scripts.append(99_999, 0),
  'a function of an unknown script': ({ functions: { columns } }) => {
    columns.script.data[0] = 99_999;
  },
  'a function of an unknown layer': ({ functions: { columns } }) => {
    columns.layer.data[0] = 11;
  },
  'a frame of an unknown function': ({ frames: { columns } }) => {
    columns.func.data[0] = 99_999;
  },
  'a frame of an unknown tier': ({ frames: { columns } }) => {
    columns.flags.data[0] = 5;
  },
  'a frame of an unknown kind': ({ frames: { columns } }) => {
    columns.flags.data[0] = 5 << 3;
  },
  'a stack that is its own parent': ({ stacks: { columns } }) => {
    columns.parent.data[last(columns.parent)] = last(columns.parent);
  },
  'a stack of an unknown frame': ({ stacks: { columns } }) => {
    columns.frame.data[last(columns.frame)] = 99_999;
  },
  'a column that is too short': ({ stacks: { columns } }) => {
    columns.frame.length--;
  },
  'a process of an unknown parent': ({ processes: { columns } }) => {
    columns.parent.data[0] = 99_999;
  },
  'processes that are each other’s parents': ({ processes: { columns } }) => {
    columns.parent.data.set([1, 0]);
  },
  'a thread of an unknown process': ({ threads: { columns } }) => {
    columns.process.data[0] = NO_PROCESS;
  },
  'a thread of an unknown role': ({ threads: { columns } }) => {
    columns.role.data[0] = 7;
  },
  'a series of an unknown thread': (broken) => void broken.addSeries(99_999, 'cpu-clock', Unit.CpuNs),
  'a series of an unknown unit': (broken) => void broken.addSeries(0, 'cpu-clock', 4 as Unit),
  'a sample of an unknown stack': ({ series }) => series[0].add(1e9, 99_999, 1),
  'a negative weight': ({ series }) => series[0].add(1e9, 0, -1),
  'a weight that is no number': ({ series }) => series[0].add(1e9, 0, Number.NaN),
  'an endless weight': ({ series }) => series[0].add(1e9, 0, Number.POSITIVE_INFINITY),
  'a broken microsecond': ({ series }) => timed(series).add(1e9 + 0.5, 0, 1),
  'a time before the last one': ({ series }) => timed(series).add(-1, 0, 1),
  'CPU time below zero': ({ series }) => {
    const { cpu } = series.find((each) => each.cpu && each.pending > 2) as Profile['series'][number];
    if (cpu) cpu.data[1] = -1;
  },
  'a delay below zero': ({ series }) => {
    const { delay } = series.find((each) => each.cpu && each.pending > 2) as Profile['series'][number];
    if (delay) delay.data[1] = -1;
  },
  'endless CPU time': ({ series }) => {
    const { cpu } = series.find((each) => each.cpu && each.pending > 2) as Profile['series'][number];
    if (cpu) cpu.data[1] = Number.POSITIVE_INFINITY;
  },
  ...Object.fromEntries(
    Object.entries({
      kind: 12,
      side: 4,
      port: 65_536,
      count: 0,
      parent: 1,
      start: 0.5,
      end: Number.NEGATIVE_INFINITY,
      tls: -1,
      body: Number.POSITIVE_INFINITY,
      bytesOut: -1,
      thread: 99_999,
      host: 99_999,
      cause: 99_999,
    }).map(([column, value]) => [
      `an operation whose ${column} is ${value}`,
      ({ operations }: Profile) => {
        operations.columns[column as keyof typeof operations.columns].data[1] = value;
      },
    ]),
  ),
  'an operation that ends before it starts': ({ operations: { columns } }) => {
    columns.start.data[1] = 7;
    columns.end.data[1] = 6;
  },
  'fewer than no lost samples': ({ quality }) => {
    quality.lostSamples = -1;
  },
};

function timed(series: Profile['series']): Profile['series'][number] {
  return series.find((each) => each.timed && each.pending > 2) as Profile['series'][number];
}

test.each(Object.keys(BREAKS))('refuses %s', (name) => {
  BREAKS[name](profile);
  expect(() => validate(profile)).toThrow(Malformed);
});

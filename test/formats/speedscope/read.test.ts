import { describe, expect, it } from 'vitest';
import { speedscope } from '../../../src/formats/speedscope/index.js';
import { FrameKind } from '../../../src/profile/frames.js';
import { LAYER_NAMES } from '../../../src/profile/layers.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { readBytes } from '../check-recording.js';
import { stackSums } from '../stack-sums.js';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';
const read = (file: object | string): Promise<Profile> =>
  readBytes(
    speedscope,
    new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file)),
    'in',
    100,
  );

const frames = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
const event = (type: string, frame: number, at: number) => ({ type, frame, at });
const evented = (events: object[], more = {}) => ({
  ...{ type: 'evented', name: 't', unit: 'milliseconds', startValue: 0, endValue: 10, events },
  ...more,
});
const sampled = (samples: number[][], weights: number[], more = {}) => ({
  ...{ type: 'sampled', name: 't', unit: 'milliseconds', startValue: 0, endValue: 10, samples, weights },
  ...more,
});
const file = (...profiles: object[]) => ({ $schema: SCHEMA, profiles, shared: { frames } });

const times = ({ series }: Profile, index = 0): number[] => [
  ...series[index].times.data.subarray(0, series[index].pending),
];

describe('what is read', () => {
  it('evented: what was open, for as long as it was; never what was not', async () => {
    const events = [
      event('O', 0, 2),
      event('O', 1, 3),
      event('C', 1, 5),
      event('C', 0, 6),
      event('O', 2, 8),
      event('C', 2, 9.5),
    ];
    const profile = await read(file(evented(events)));
    expect([...stackSums(profile)]).toEqual([
      ['a', 2e6],
      ['a;b', 2e6],
      ['c', 1.5e6],
    ]);
    expect(times(profile)).toEqual([2000, 3000, 5000, 8000]);
    expect(profile.info.durationUs).toBe(10_000);
  });

  it('evented: what is still open at the end lasts until there', async () => {
    const profile = await read(file(evented([event('O', 0, 2), event('O', 1, 3)])));
    expect([...stackSums(profile)]).toEqual([
      ['a', 1e6],
      ['a;b', 7e6],
    ]);
  });

  it('sampled: stacks with their weights, and empty ones as nothing', async () => {
    const profile = await read(file(sampled([[0, 1], [], [0]], [3, 4, 1])));
    expect([...stackSums(profile)]).toEqual([
      ['a;b', 3e6],
      ['a', 1e6],
    ]);
    expect(times(profile)).toEqual([0, 7000]);
  });

  it.each([
    ['nanoseconds', Unit.WallNs, 1],
    ['microseconds', Unit.WallNs, 1e3],
    ['seconds', Unit.WallNs, 1e9],
    ['bytes', Unit.Bytes, 1],
    ['none', Unit.Count, 1],
  ])('%s as its unit', async (unit, expected, scale) => {
    const { series } = await read(file(sampled([[0]], [7], { unit })));
    expect([series[0].unit, series[0].totalWeight, series[0].timed]).toEqual([
      expected,
      7 * scale,
      expected === Unit.WallNs,
    ]);
  });

  it('a thread for each profile, all from the earliest start', async () => {
    const profile = await read(
      file(
        sampled([[0]], [1], { startValue: 1000, name: 'CrRendererMain (pid 12, tid 34)' }),
        sampled([[1]], [1], { startValue: 1005 }),
      ),
    );
    expect(times(profile, 0)).toEqual([0]);
    expect(times(profile, 1)).toEqual([5000]);
    const { threads, processes } = profile;
    expect([...threads.columns.tid.data.subarray(0, 2)]).toEqual([34, 2]);
    expect(processes.columns.pid.data[threads.columns.process.data[0]]).toBe(12);
    expect(threads.name(0)).toBe('CrRendererMain (pid 12, tid 34)');
  });

  it('functions where they are', async () => {
    const shared = {
      frames: [
        { name: 'f', file: 'file:///app/a%20b.js', line: 3, col: 7 },
        { name: 'g', file: '/app/node_modules/@x/y/index.mjs', line: 1, col: 1 },
        { name: 'readFileSync', file: 'node:fs', line: 400 },
        { name: 'malloc', file: '/usr/lib/libc.so.6' },
        { name: 'uv_run', file: '/usr/bin/node' },
        { name: '(anonymous a.js:9)', file: 'a.js', line: 9 },
        { name: 'handler', file: 'app.py', line: 12 },
        { name: '(truncated)' },
        { name: 'nobody knows' },
      ],
    };
    const profile = await read({ ...file(sampled([[7, 0, 1, 2, 3, 4, 5, 6, 8]], [1])), shared });
    const { functions, scripts } = profile;
    const told = Array.from({ length: functions.length }, (_, id) => [
      functions.name(id),
      LAYER_NAMES[functions.layer(id)],
      scripts.url(functions.columns.script.data[id]),
    ]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['f', 'application', '/app/a b.js'],
        ['g', 'dependency', '/app/node_modules/@x/y/index.mjs'],
        ['readFileSync', 'node-js', 'node:fs'],
        ['malloc', 'libc', ''],
        ['uv_run', 'libuv', ''],
        ['', 'application', 'a.js'],
        ['handler', 'application', 'app.py'],
        ['nobody knows', 'unknown', ''],
      ]),
    );
    expect(profile.frames.kind(profile.stacks.columns.frame.data[1])).toBe(FrameKind.Truncated);
  });

  it('stacks of 20,000 frames', async () => {
    const depth = 20_000;
    const events = Array.from({ length: depth }, () => event('O', 0, 1));
    const profile = await read(file(evented(events), sampled([Array.from({ length: depth }, () => 1)], [1])));
    expect(profile.series.map(({ stacks }) => profile.stacks.depth(stacks.data[0]))).toEqual([depth, depth]);
  });
});

describe('what is wrong is said', () => {
  const say = (what: string) => `in: this speedscope file cannot be read: ${what}; export it again.`;
  it.each([
    ['cut', '{"profiles":[{"type":"sampled"', 'it ends before its end'],
    ['no JSON', '{"profiles":[}', "byte 13: '}' is not what JSON has after the beginning of a list"],
    ['a frame that is not there', file(sampled([[0, 9]], [1])), 'a stack names frame 9 of 3'],
    ['a frame that is no index', file(sampled([[0.5]], [1])), 'a stack names frame 0.5, which is no index'],
    ['too few weights', file(sampled([[0], [1]], [1])), 'profiles[0] has 1 weights for 2 samples'],
    ['a negative weight', file(sampled([[0]], [-1])), 'profiles[0].weights[0] is -1, which is no weight'],
    [
      'time that falls',
      file(evented([event('O', 0, 5), event('C', 0, 4)])),
      'profiles[0].events[1].at is 4, before 5 of the one before',
    ],
    [
      'a frame closed before those it called',
      file(sampled([], []), evented([event('O', 0, 1), event('O', 1, 2), event('C', 0, 3)])),
      'profiles[1].events[2] closes frame 0, but the last one opened is 1',
    ],
    [
      'a frame closed that is not open',
      file(evented([event('C', 0, 1)])),
      'profiles[0].events[0] closes frame 0, and none is open',
    ],
    [
      'an event of another type',
      file(evented([event('X', 0, 1)])),
      'profiles[0].events[0] is neither of type O nor C',
    ],
    ['an event without time', file(evented([{ type: 'O', frame: 0 }])), 'profiles[0].events[0] has no time'],
    ['endless time', file(sampled([[0]], [1e300])), "profile 't' is too long"],
  ])('%s', async (_, content, what) => {
    await expect(read(content)).rejects.toThrow(
      expect.objectContaining({ code: 'SPEEDSCOPE_MALFORMED', message: say(what) }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { traceEvents } from '../../../src/formats/trace-events/index.js';
import { OPERATION_KIND_NAMES } from '../../../src/profile/operations.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { readBytes } from '../check-recording.js';
import { stackSums } from '../stack-sums.js';

const read = (file: object | string): Promise<Profile> =>
  readBytes(
    traceEvents,
    new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file)),
    'in',
    50,
  );

const event = (ph: string, ts: number, name: string, more: Record<string, unknown> = {}) => ({
  ph,
  ts,
  name,
  pid: 7,
  tid: 8,
  ...more,
});
const milliseconds = (profile: Profile) => [...stackSums(profile)].map(([stack, ns]) => [stack, ns / 1e6]);
const notes = ({ quality }: Profile) => quality.notes.map(({ code, message }) => `${code} ${message}`);

describe('slices', () => {
  it('begin and end where they do, and where none is open nothing ran', async () => {
    const profile = await read([
      event('B', 1000, 'a', { cat: 'v8' }),
      event('B', 2000, 'b'),
      event('E', 4000, 'b'),
      event('E', 5000, ''),
      event('X', 9000, 'c', { dur: 1500.25 }),
    ]);
    expect(milliseconds(profile)).toEqual([
      ['a', 2],
      ['a;b', 2],
      ['c', 1.50025],
    ]);
    const [{ times, unit, event: name }] = profile.series;
    expect([...times.data.subarray(0, 4)]).toEqual([0, 1000, 3000, 8000]);
    expect([unit, name]).toEqual([Unit.WallNs, 'slices']);
    expect(profile.info.durationUs).toBe(9500);
    expect(notes(profile)).toEqual([]);
  });

  it('are within each other by time, in whatever order the file has them', async () => {
    const events = [
      event('X', 5000, 'inner', { dur: 5000 }),
      event('X', 0, 'outer', { dur: 20_000 }),
      event('X', 5000, 'middle', { dur: 10_000 }),
      event('X', 20_000, 'next', { dur: 5000 }),
    ];
    const expected = [
      ['outer', 10],
      ['outer;middle;inner', 5],
      ['outer;middle', 5],
      ['next', 5],
    ];
    expect(milliseconds(await read(events))).toEqual(expected);
    expect(milliseconds(await read(events.toReversed()))).toEqual(expected);
  });

  it('that are not balanced are cut or left out, which is said', async () => {
    const profile = await read([
      event('E', 0, 'early'),
      event('B', 1000, 'a'),
      event('X', 2000, 'b', { dur: 2000 }),
      event('X', 3000, 'c', { dur: 3000 }),
      event('B', 7000, 'open'),
      event('X', 8000, 'd', { dur: 1000 }),
    ]);
    expect(milliseconds(profile)).toEqual([
      ['a', 4],
      ['a;b', 1],
      ['a;b;c', 1],
      ['a;open', 1],
      ['a;open;d', 1],
    ]);
    expect(notes(profile)).toEqual([
      "TRACE_UNBALANCED Of the slices 2 have no end and last to their thread's last event, 1 have no beginning and were left out, 1 end after those they are in and were cut there.",
    ]);
  });

  it('belong to threads and processes that are named before or after, by numbers or texts', async () => {
    const profile = await read({
      traceEvents: [
        event('X', 0, 'x', { dur: 1, pid: 'Build', tid: 'Step 1' }),
        event('X', 0, 'y', { dur: 1 }),
        { ph: 'M', name: 'process_name', pid: 7, tid: 0, args: { name: 'node app.js' } },
        { ph: 'M', name: 'thread_name', pid: 7, tid: 8, args: { name: 'DedicatedWorker thread' } },
      ],
    });
    const { threads, processes } = profile;
    expect([0, 1].map((id) => [processes.columns.pid.data[id], processes.command(id)])).toEqual([
      [0, 'Build'],
      [7, 'node app.js'],
    ]);
    expect(
      [0, 1].map((id) => [threads.columns.tid.data[id], threads.name(id), threads.columns.role.data[id]]),
    ).toEqual([
      [0, 'Step 1', 0],
      [8, 'DedicatedWorker thread', 2],
    ]);
  });
});

describe('operations', () => {
  it('are pairs of one id, within those that they are within, with what is told of them', async () => {
    const more = { cat: 'node,node.net,node.net.native', id: '0x1' };
    const profile = await read([
      event('b', 1000, 'outer', { ...more, cat: 'x', id: 5 }),
      event('b', 1100, 'inner', { ...more, cat: 'x', id: 5, tid: 9 }),
      event('b', 1200, 'connect', { ...more, args: { ip: '1.2.3.4', port: 80 } }),
      event('b', 1200, 'connect', { ...more, pid: 99 }),
      event('e', 1300, 'inner', { ...more, cat: 'x', id: 5 }),
      event('e', 1400, 'connect', { ...more, args: { status: -111 } }),
      event('n', 1450, 'mark', { ...more, cat: 'x', id: 5 }),
      event('e', 1500, 'outer', { ...more, cat: 'x', id: 5 }),
      event('e', 1500, 'never began', more),
      event('S', 1600, 'old', { id: 1 }),
      event('F', 1700, 'old', { id: 1 }),
    ]);
    const { operations, strings } = profile;
    const { kind, start, end, parent, address, port, result } = operations.columns;
    const rows = Array.from({ length: operations.length }, (_, row) => [
      operations.name(row),
      OPERATION_KIND_NAMES[kind.data[row]],
      start.data[row],
      end.data[row],
      parent.data[row] === 0xffffffff ? -1 : parent.data[row],
    ]);
    expect(rows).toEqual([
      ['outer', 'other', 0, 500, -1],
      ['inner', 'other', 100, 300, 0],
      ['connect', 'connect', 200, 400, -1],
      ['connect', 'connect', 200, Number.NaN, -1],
      ['mark', 'other', 450, 450, 0],
      ['old', 'other', 600, 700, -1],
    ]);
    expect([strings.get(address.data[2]), port.data[2], strings.get(result.data[2])]).toEqual([
      '1.2.3.4',
      80,
      '-111',
    ]);
  });
});

const frame = (functionName: string) => ({
  functionName,
  url: '/a.js',
  scriptId: 3,
  lineNumber: 1,
  columnNumber: 0,
});
const chunk = (id: string, data: object) => event('P', 5000, 'ProfileChunk', { tid: 99, id, args: { data } });

describe("V8's profiles", () => {
  const nodes = [
    { id: 1, callFrame: { functionName: '(root)', scriptId: 0 } },
    { id: 2, parent: 1, callFrame: frame('f') },
  ];
  const begin = (id: string, startTime: number) =>
    event('P', startTime, 'Profile', { id, args: { data: { startTime } } });

  it('are put together from their parts, for the thread that they are of', async () => {
    const profile = await read([
      begin('0x1', 4000),
      chunk('0x1', { cpuProfile: { nodes, samples: [2] }, timeDeltas: [1000], lines: [12] }),
      chunk('0x1', {
        cpuProfile: { nodes: [{ id: 3, parent: 2, callFrame: frame('g') }], samples: [3, 2] },
        timeDeltas: [500, 2000],
        lines: [0, 13],
      }),
      chunk('0x1', { endTime: 8000 }),
    ]);
    expect(milliseconds(profile)).toEqual([
      ['f', 0.5 + 0.5],
      ['f;g', 2],
    ]);
    const [series] = profile.series;
    expect(profile.threads.columns.tid.data[series.thread]).toBe(8);
    expect([...series.times.data.subarray(0, 3)]).toEqual([1000, 1500, 3500]);
    const { frames, stacks } = profile;
    const lines = [0, 1, 2].map(
      (i) => frames.columns.line.data[stacks.columns.frame.data[series.stacks.data[i]]],
    );
    expect(lines).toEqual([12, 0, 13]);
  });

  it('that cover the same time of a thread are not added up', async () => {
    const part = { cpuProfile: { nodes, samples: [2] }, timeDeltas: [1000], endTime: 9000 };
    const profile = await read([
      ...[begin('0x1', 4000), chunk('0x1', part), begin('0x2', 4500), chunk('0x2', part)],
      ...[begin('0x3', 9000), chunk('0x3', { ...part, endTime: 12_000 })],
    ]);
    expect(profile.series.map(({ event: name, totalWeight }) => [name, totalWeight])).toEqual([
      ['v8', 4e6],
      ['v8 (2)', 3.5e6],
      ['v8', 2e6],
    ]);
  });

  it('whose beginning a ring of memory has lost are left out, which is said', async () => {
    const profile = await read([
      event('X', 0, 'x', { dur: 5 }),
      chunk('0x1', {
        cpuProfile: { nodes: [{ id: 9, parent: 7, callFrame: frame('g') }], samples: [9] },
        timeDeltas: [5],
      }),
    ]);
    expect(milliseconds(profile)).toEqual([['x', 0.005]]);
    expect(notes(profile)).toEqual([
      'TRACE_PROFILE_BROKEN A V8 profile in the trace was left out: nodes[0].parent names node 7, which is not there.',
    ]);
  });

  it('of older Chromes come in one event', async () => {
    const cpuProfile = {
      nodes: [
        { id: 1, callFrame: frame('(root)'), children: [2] },
        { id: 2, callFrame: frame('f') },
      ],
      ...{ samples: [2, 2], timeDeltas: [0, 1000], startTime: 4000, endTime: 6000 },
    };
    expect(
      milliseconds(await read([event('I', 9000, 'CpuProfile', { args: { data: { cpuProfile } } })])),
    ).toEqual([['f', 2]]);
  });
});

it('stackFrames and samples are counts at their times', async () => {
  const profile = await read({
    traceEvents: [],
    stackFrames: { 5: { name: 'main' }, 6: { name: 'uv_run', parent: 5 }, 7: { name: 'leaf', parent: '6' } },
    samples: [
      { cpu: 0, tid: 3, ts: 20.5, name: 'cycles:HG', sf: 7, weight: 2 },
      { cpu: 0, tid: 3, ts: 10.5, name: 'cycles:HG', sf: 6, weight: 1 },
      { cpu: 0, tid: '3', ts: '30.5', name: 'cycles:HG', sf: '7', weight: '1' },
    ],
  });
  expect([...stackSums(profile)]).toEqual([
    ['main;uv_run', 1],
    ['main;uv_run;leaf', 3],
  ]);
  const [{ unit, times, event: name }] = profile.series;
  expect([unit, name, ...times.data.subarray(0, 3)]).toEqual([Unit.Count, 'cycles:HG', 0, 10, 20]);
});

describe('what is not whole', () => {
  const whole = JSON.stringify([event('X', 0, 'a', { dur: 1000 }), event('X', 2000, 'b', { dur: 1000 })]);

  it.each([
    ['not closed', whole.slice(0, -1), []],
    ['not closed after a comma', `${whole.slice(0, -1)},\n`, []],
    [
      'cut',
      `${whole.slice(0, -1)},{"ph":"X","ts`,
      ['TRACE_CUT in ends within an event: what came before it was read.'],
    ],
    [
      'an object that was cut',
      `{"traceEvents":${whole.slice(0, -1)},`,
      ['TRACE_CUT in ends within an event: what came before it was read.'],
    ],
  ])('a trace that is %s is read', async (_, text, expected) => {
    const profile = await read(text);
    expect(milliseconds(profile)).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(notes(profile)).toEqual(expected);
  });

  it('is read by every cut, with what came before', async () => {
    for (let cut = 1; cut < whole.length; cut++) {
      const { series } = await read(whole.slice(0, cut));
      expect(series.length, whole.slice(0, cut)).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ['no JSON', '[{"ph":"X",}]', "byte 11: '}' is not what JSON has after a comma in an object"],
    [
      'nodes without a call frame',
      [chunk('0x1', { cpuProfile: { nodes: [{ id: 1 }] } })],
      'nodes[0].callFrame is undefined, not an object',
    ],
    [
      'frames that call themselves',
      {
        traceEvents: [],
        stackFrames: { 1: { name: 'a', parent: 2 }, 2: { name: 'b', parent: 1 } },
        samples: [{ ts: 1, sf: 1 }],
      },
      'stackFrames: 1 is its own caller',
    ],
    ['two lists of events', '{"traceEvents":[],"traceEvents":[]}', 'byte 32: traceEvents is there twice'],
  ])('%s is refused', async (_, content, what) => {
    await expect(read(content)).rejects.toThrow(
      expect.objectContaining({
        code: 'TRACE_MALFORMED',
        message: `in: this trace cannot be read: ${what}; record it again.`,
      }),
    );
  });
});

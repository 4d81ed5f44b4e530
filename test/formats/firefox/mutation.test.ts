import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { firefox } from '../../../src/formats/firefox/index.js';
import type { Format } from '../../../src/formats/format.js';
import { gecko } from '../../../src/formats/gecko/index.js';
import { UserError } from '../../../src/profile/errors.js';
import { readBytes } from '../check-recording.js';
import { checkMutants } from '../mutants.js';

const MUTANTS = 1000;

function recording(path: string): string {
  return gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/firefox', path))).toString();
}

interface Table {
  schema: Record<string, number>;
  data: unknown[][];
}
interface Process {
  libs: object[];
  meta: Record<string, unknown>;
  threads: ({
    samples: Table;
    markers: Table;
    stackTable: Table;
    frameTable: Table;
    stringTable: string[];
  } & object)[];
  processes: Process[];
}

/** The first rows of one process: a mutant of the whole would take a second. */
function small(text: string): string {
  const { meta, libs, threads, processes } = JSON.parse(text) as Process;
  const [thread] = threads;
  const cut = ({ schema, data }: Table, rows: number) => ({ schema, data: data.slice(0, rows) });
  return JSON.stringify({
    libs: libs.slice(0, 5),
    meta: { ...meta, markerSchema: [] },
    threads: [
      {
        ...thread,
        samples: {
          schema: thread.samples.schema,
          data: thread.samples.data.filter(([row]) => Number(row) < 90),
        },
        markers: cut(thread.markers, 5),
        stackTable: cut(thread.stackTable, 90),
        stringTable: thread.stringTable,
      },
    ],
    processes: processes.slice(0, 0),
  });
}

it('mutants of a recording of samply are refused plainly or read', async () => {
  await checkMutants(firefox, recording('samply-0.13/shapes.profile.json.gz'), 1, MUTANTS);
});

it('mutants of a recording of Firefox are refused plainly or read', async () => {
  await checkMutants(gecko, small(recording('firefox-153/start.gecko.json.gz')), 2, MUTANTS);
});

const FILE = {
  meta: {
    preprocessedProfileVersion: 60,
    interval: 1,
    categories: [],
    sampleUnits: { threadCPUDelta: 'ns' },
  },
  libs: [],
  shared: {
    stackTable: { frame: [0, 0], prefix: [null, 0], length: 2 },
    frameTable: { func: [0], line: [3], column: [null], inlineDepth: [0], category: [0], length: 1 },
    funcTable: { name: [0], isJS: [true], resource: [-1], source: [0], lineNumber: [1], length: 1 },
    sources: { filename: [1], length: 1 },
    stringArray: ['main', '/app/main.js'],
  },
  threads: [{ name: 'main', pid: '7', tid: 7, samples: { stack: [1, null], time: [0, 1], length: 2 } }],
};
type Change = (file: typeof FILE) => object | string | undefined;

async function failure(format: Format, text: string): Promise<UserError> {
  const error = await readBytes(format, new TextEncoder().encode(text), 'x.json').catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

it.each<[string, Change, string]>([
  ['cut', (file) => JSON.stringify(file).slice(0, -9), 'it ends before its end'],
  [
    'a text for a number',
    (file) => JSON.stringify(file).replace('"interval":1', '"interval":"1"'),
    'byte 52: meta.interval is a text, which is not expected there',
  ],
  [
    'no JSON',
    (file) => JSON.stringify(file).replace('"libs":[]', '"libs":[}'),
    "byte 117: '}' is not what JSON has after the beginning of a list",
  ],
  [
    'its own caller',
    (file) => void Object.assign(file.shared.stackTable, { prefix: [1, 0] }),
    'shared: the caller of stack 0 is 1, which is not before it',
  ],
  [
    'no such stack',
    (file) => void Object.assign(file.threads[0].samples, { stack: [9, 1] }),
    'shared: stack 9 is asked for, and there are 2',
  ],
  [
    'no such frame',
    (file) => void Object.assign(file.shared.stackTable, { frame: [0, 4] }),
    'stack 1 names frame 4, and there are 1',
  ],
  [
    'no such function',
    (file) => void Object.assign(file.shared.frameTable, { func: [4] }),
    'frame 0 names function 4, and there are 1',
  ],
  [
    'no such text',
    (file) => void Object.assign(file.shared.funcTable, { name: [4] }),
    'text 4 is asked for, and there are 2',
  ],
  [
    'a time that falls',
    (file) => void Object.assign(file.threads[0].samples, { time: [3, 2] }),
    'thread 0: the time of sample 1 is 2, which is none or falls',
  ],
  [
    'too few times',
    (file) => void Object.assign(file.threads[0].samples, { time: [3] }),
    'thread 0: there are 1 times for 2 samples',
  ],
  [
    'a negative weight',
    (file) => void Object.assign(file.threads[0].samples, { weight: [-1, 1] }),
    'thread 0: the weight of sample 0 is -1',
  ],
])('%s is refused', async (_, change, what) => {
  const file = structuredClone(FILE);
  const changed = change(file) ?? file;
  const error = await failure(firefox, typeof changed === 'string' ? changed : JSON.stringify(changed));
  expect(error.message).toBe(
    `x.json: this profile of the Firefox Profiler cannot be read: ${what}; save or record it again.`,
  );
});

it.each([
  [
    40,
    'FIREFOX_OLDER',
    'stackscope reads from 41 on: open it at profiler.firefox.com, which brings it up to date',
  ],
  [71, 'FIREFOX_NEWER', 'this stackscope reads up to 70: update stackscope.'],
])('version %i is refused with its cure', async (version, code, cure) => {
  const file = { ...FILE, meta: { ...FILE.meta, preprocessedProfileVersion: version } };
  const error = await failure(firefox, JSON.stringify(file));
  expect(error.code).toBe(code);
  expect(error.message).toContain(cure);
});

it('what is whole is read, but for the sample without a stack', async () => {
  const profile = await readBytes(firefox, new TextEncoder().encode(JSON.stringify(FILE)));
  expect(profile.series[0].totalWeight).toBe(1e6);
  expect(profile.quality.notes.map(({ code }) => code)).toEqual(['FIREFOX_NO_STACK']);
});

const GECKO = {
  libs: [],
  meta: { version: 34, interval: 1, stackwalk: 1 },
  threads: [
    {
      name: 'GeckoMain',
      pid: 7,
      tid: 7,
      samples: { schema: { stack: 0, time: 1 }, data: [[0, 1]] },
      stackTable: { schema: { prefix: 0, frame: 1 }, data: [[null, 0]] },
      frameTable: { schema: { location: 0 }, data: [[0]] },
      stringTable: ['main (/app/main.js:1:2)'],
    },
  ],
};

it.each<[string, (text: string) => string, string]>([
  ['cut', (text) => text.slice(0, -1), 'it ends before its end'],
  ['no such text', (text) => text.replace('[[0]]', '[[5]]'), 'frame 0 names text 5, and there are 1'],
  [
    'no such frame',
    (text) => text.replace('[[null,0]]', '[[null,3]]'),
    'stack 0 names frame 3, and there are 1',
  ],
  [
    'no rows',
    (text) => text.replace('[[0,1]]', '[7]'),
    'byte 156: threads[0].samples.data[0] is a number, which is not expected there',
  ],
])('of a profile of Firefox, %s is refused', async (_, change, what) => {
  const error = await failure(gecko, change(JSON.stringify(GECKO)));
  expect(error.message).toBe(`x.json: this profile of Firefox cannot be read: ${what}; record it again.`);
});

it('a profile of Firefox of another version is refused with its cure', async () => {
  const error = await failure(gecko, JSON.stringify(GECKO).replace('"version":34', '"version":12'));
  expect(error.message).toContain(
    'is of version 12, and stackscope reads 26 to 36: open it at profiler.firefox.com',
  );
});

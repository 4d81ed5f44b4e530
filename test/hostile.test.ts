import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { functionName } from '../src/analysis/function-names.js';
import { select } from '../src/analysis/selection.js';
import { nodeCodec } from '../src/cli/codec.js';
import { inspectionText } from '../src/cli/inspection-text.js';
import { profileFacts } from '../src/cli/profile-facts.js';
import { printReport } from '../src/cli/report/print.js';
import { renderReport, type View } from '../src/cli/report/render.js';
import { textWidth } from '../src/cli/terminal.js';
import { FORMATS } from '../src/formats/index.js';
import { CALL_FRAME } from '../src/profile/frames.js';
import { Layer } from '../src/profile/layers.js';
import { NO_PROCESS } from '../src/profile/processes.js';
import { Profile } from '../src/profile/profile.js';
import { Unit } from '../src/profile/series.js';
import { ROOT } from '../src/profile/stacks.js';
import { MAX_STRING_LENGTH } from '../src/profile/strings.js';
import { PerfMap } from '../src/symbols/perf-map.js';
import { openedByProfilerCli } from './formats/firefox/profiler-cli.js';
import { fixture, read as readPerf } from './formats/perf-data/recordings.js';
import { goRaw } from './formats/pprof/go-pprof.js';
import { HOSTILE_NAMES } from './hostile-names.js';

const names = Object.values(HOSTILE_NAMES);

/** A profile in which every name is the name of everything that has one. */
function hostileProfile(): Profile {
  const profile = new Profile();
  const { scripts, mappings, functions, frames, stacks, processes, threads, quality } = profile;
  Object.assign(profile.info, { engine: 'perf', command: names.slice(0, 9).join(' '), durationUs: 1e6 });
  names.forEach((name, i) => {
    const process = processes.add({ pid: i + 1, parent: NO_PROCESS, start: 0, command: name });
    processes.setNodeVersion(process, name);
    const series = profile.addSeries(threads.add(process, i + 1, name, 0), 'cpu-clock', Unit.CpuNs);
    const script = scripts.intern(name);
    const mapping = mappings.intern(`/lib/${name}`, '');
    const js = functions.intern({ name, script, mapping: 0, line: 1, column: 2 }, Layer.Dependency, name);
    const native = functions.intern({ name, script: 0, mapping, line: 0, column: 0 }, Layer.System, '');
    const unnamed = functions.intern({ name: '', script: 0, mapping, line: 0, column: 0 }, Layer.Unknown, '');
    let stack = ROOT;
    for (const func of [js, native, unnamed]) {
      stack = stacks.intern(stack, frames.intern({ ...CALL_FRAME, func }));
      series.add(i * 1000, stack, (i + 1) * 1e6);
    }
    quality.note(`NOTE_${i}`, name, name);
  });
  for (const name of names) profile.addSeries(0, name, Unit.Count).add(0, ROOT, 1);
  return profile;
}

const SAMPLES = names.length * 3;
const profile = hostileProfile();
const selection = select(profile);

/** As the model keeps it, and as UTF-8 can say it. */
function kept(name: string): string {
  return name.length > MAX_STRING_LENGTH ? `${name.slice(0, MAX_STRING_LENGTH - 1)}…` : name;
}
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd');

const STEERING = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** Lines that are no wider than the terminal and hold nothing that steers it, but for colours of ours. */
function expectTame(text: string, width: number): void {
  for (const line of text.replaceAll(/\x1b\[\d+m/g, '').split('\n')) {
    expect(line).not.toMatch(STEERING);
    expect(textWidth(line), line).toBeLessThanOrEqual(width);
  }
}

async function written(format: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const { write } = FORMATS.find(({ name }) => name === format)!;
  for await (const piece of write!(profile, { codec: nodeCodec })) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

/** Reads bytes back by the reader of a format, unpacked when they are. */
async function readBack(format: string, stored: Uint8Array): Promise<Profile> {
  const bytes = stored[0] === 0x1f && stored[1] === 0x8b ? new Uint8Array(gunzipSync(stored)) : stored;
  const read = new Profile();
  const source = {
    name: 'hostile',
    size: bytes.length,
    chunks: async function* () {
      yield bytes;
    },
    read: async (offset: number, length: number) => bytes.slice(offset, offset + length),
  };
  await FORMATS.find(({ name }) => name === format)!.read!(source, read, { codec: nodeCodec });
  return read;
}

describe('on a terminal', () => {
  const by = ['function', 'file', 'package', 'layer', 'thread', 'process'] as const;
  const views: View[] = [{}, { tree: true }, { inverted: true }, ...by.map((each) => ({ by: each }))];

  test.each(views)('report %j keeps to its lines', (view) => {
    for (const columns of [40, 80, 200]) {
      for (const isTTY of [true, false]) {
        const text = renderReport(selection, { ...view, limit: 1000 }, { write: () => {}, columns, isTTY });
        expectTame(text, columns);
        expect(text.split('\n').length).toBeLessThan(2000);
      }
    }
  });

  test('inspect keeps to its lines', () => {
    for (const name of names) {
      const found = { name, format: 'stackscope', bytes: 1, profile: profileFacts(profile) };
      const text = inspectionText(found, 80);
      expectTame(text, 80);
      expect(text.split('\n').filter((line) => /^ {2}NOTE_\d+\b/.test(line))).toHaveLength(names.length);
    }
  });
});

test('the JSON report holds every name as it is, and nothing that steers a terminal', async () => {
  let text = '';
  await printReport(profile, { json: true }, { write: (piece) => (text += piece) });
  expect(text.replaceAll('\n', '')).not.toMatch(STEERING);
  const report = JSON.parse(text);
  expect(report.totals.samples).toBe(SAMPLES);
  const found = new Set(report.functions.map(({ name }: { name: string }) => name));
  for (const name of names) expect(found).toContain(kept(name));
  expect(report.processes.map(({ command }: { command: string }) => command)).toEqual(names.map(kept));
  expect(report.quality.notes.slice(0, names.length).map(({ cure }: { cure: string }) => cure)).toEqual(
    names,
  );
});

test('folded stacks have as many lines, frames and samples as they should', async () => {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await written('folded'));
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  const lines = text.trimEnd().split('\n');
  let samples = 0;
  const depths = new Map<number, number>();
  for (const line of lines) {
    const [, stack, count] = /^([^#].*) (\d+)$/.exec(line)!;
    samples += Number(count);
    const depth = stack.split(';').length;
    depths.set(depth, (depths.get(depth) ?? 0) + 1);
  }
  // The event that is counted too has a sample of each name, all at the root.
  expect(samples).toBe(SAMPLES + names.length);
  expect([...depths]).toEqual(expect.arrayContaining([2, 3, 4].map((depth) => [depth, names.length])));
});

test('a .cpuprofile is JSON whose functions have their names, and is read back', async () => {
  const bytes = await written('cpuprofile');
  const { nodes } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  const found = new Set(
    nodes.map(({ callFrame }: { callFrame: { functionName: string } }) => callFrame.functionName),
  );
  for (const name of names) expect(found).toContain(kept(name));
  const read = await readBack('cpuprofile', bytes);
  const inIt = new Set(Array.from({ length: read.functions.length }, (_, id) => functionName(read, id)));
  for (const name of names) if (name !== '(idle)') expect(inIt).toContain(kept(name));
});

test.each(['cpuprofile', 'speedscope', 'trace-events', 'firefox'])(
  '%s holds every name in JSON, and is read back',
  async (format) => {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await written(format));
    const inJson = new Set<string>();
    JSON.parse(text, (key, value) => {
      if (key === 'name' || key === 'functionName') inJson.add(value);
      return value;
    });
    for (const name of names) expect(inJson).toContain(kept(name));
    const read = await readBack(format, await written(format));
    const functions = new Set(
      Array.from({ length: read.functions.length }, (_, id) => functionName(read, id)),
    );
    for (const name of names) if (name !== '(idle)') expect(functions).toContain(kept(name));
  },
);

test.each(['speedscope', 'trace-events', 'firefox', 'pprof'])(
  '%s has threads and processes of every name',
  async (format) => {
    const read = await readBack(format, await written(format));
    const threads = new Set(Array.from({ length: read.threads.length }, (_, id) => read.threads.name(id)));
    const processes = new Set(
      Array.from({ length: read.processes.length }, (_, id) => read.processes.command(id)),
    );
    for (const name of names) {
      // JSON can say half a surrogate pair, UTF-8 cannot.
      const text = format === 'pprof' ? wellFormed(kept(name)) : kept(name);
      expect(threads).toContain(text);
      expect(processes).toContain(text);
    }
  },
);

test('go tool pprof reads a pprof of every name, with the weights that it has', async () => {
  const bytes = await written('pprof');
  const { types, samples } = goRaw(bytes);
  const total = samples.reduce((sum, { values }) => sum + values[types.indexOf('cpu-clock/nanoseconds')], 0);
  const ours = profile.series.filter(({ event }) => event === 'cpu-clock');
  expect(total).toBe(ours.reduce((sum, { totalWeight }) => sum + totalWeight, 0));
  const read = await readBack('pprof', bytes);
  const functions = new Set(Array.from({ length: read.functions.length }, (_, id) => functionName(read, id)));
  for (const name of names) if (name !== '(idle)') expect(functions).toContain(wellFormed(kept(name)));
});

test('the Firefox Profiler opens a profile of every name, with a thread for each', async () => {
  const threads = await openedByProfilerCli(await written('firefox'));
  expect(threads).toHaveLength(profile.series.length);
  const found = new Set(threads.flatMap(({ functions }) => [...functions.keys()]));
  for (const name of names) if (!name.includes('!')) expect(found).toContain(kept(name));
});

test('a .stackscope file holds every name as it is, in the encoding of the web', async () => {
  const read = await readBack('stackscope', await written('stackscope'));
  expect(everyText(read)).toEqual(everyText(profile));
});

/** Every text of a profile by table, as UTF-8 can say it. */
function everyText({ functions, scripts, threads, processes, mappings }: Profile): string[][] {
  const texts = ({ length }: { length: number }, text: (id: number) => string) =>
    Array.from({ length }, (_, id) => wellFormed(text(id)));
  return [
    texts(functions, (id) => functions.name(id)),
    texts(functions, (id) => functions.package(id)),
    texts(scripts, (id) => scripts.url(id)),
    texts(threads, (id) => threads.name(id)),
    texts(processes, (id) => processes.command(id)),
    texts(mappings, (id) => mappings.path(id)),
  ];
}

describe('bytes that are no UTF-8', () => {
  const BROKEN = [0xff, 0xfe, 0x1b, 0x5b, 0x32, 0x4a, 0xc3];

  test('in the name of a thread in a perf.data are replaced, and what steers is written out', async () => {
    const bytes = fixture('file');
    const comm = Buffer.from('node\0\0\0\0');
    const at = Buffer.from(bytes).indexOf(comm);
    for (let next = at; next >= 0; next = Buffer.from(bytes).indexOf(comm, next + 8)) bytes.set(BROKEN, next);
    const { profile: read } = await readPerf(bytes);
    const threads = Array.from({ length: read.threads.length }, (_, id) => read.threads.name(id));
    expect(threads).toContain('\ufffd\ufffd\x1b[2J\ufffd');
    expectTame(renderReport(select(read), { by: 'thread' }, { write: () => {}, columns: 80 }), 80);
  });

  test('in a perf map are replaced, and its other lines read', () => {
    const map = new PerfMap();
    const line = (text: string, name: readonly number[]) => [...Buffer.from(text), ...name, 10];
    map.feed(
      Uint8Array.from([
        ...line('1000 10 ', BROKEN),
        ...line('2000 10 ', [...Buffer.from('JS:*fine /a.js:1:1')]),
      ]),
      0,
    );
    map.advance(0);
    expect(map.nameOf(map.find(0x1008))).toBe('\ufffd\ufffd\x1b[2J\ufffd');
    expect(map.nameOf(map.find(0x2008))).toBe('JS:*fine /a.js:1:1');
  });
});

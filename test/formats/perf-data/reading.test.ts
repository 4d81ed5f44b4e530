import { describe, expect, it } from 'vitest';
import { inspectPerfData, perfData, readPerfData } from '../../../src/formats/perf-data/index.js';
import { FrameKind } from '../../../src/profile/frames.js';
import { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { validate } from '../../../src/profile/validate.js';
import { asBigEndian } from './big-endian.js';
import { PlainNamer } from './plain-namer.js';
import { fixture, linesOf, read, sourceOf } from './recordings.js';

const FIXTURES = { file: 111, pipe: 168, compressed: 433, system: 198, tiny: 14 } as const;

describe.each(Object.entries(FIXTURES))('%s', (name, samples) => {
  const bytes = fixture(name);

  it('is detected, read whole and valid', async () => {
    expect(perfData.detect?.(bytes)).toBe(true);
    const { profile } = await read(bytes);
    validate(profile);
    expect(linesOf(profile)).toHaveLength(samples);
    expect(profile.quality.notes).toEqual([]);
    expect(profile.info.command).toContain('busy.cjs');
  });

  it.each([1, 13, 4096, 1 << 20])('is the same in pieces of %i bytes and as a stream', async (pieceBytes) => {
    const whole = await read(bytes);
    const { profile } = await read(bytes, { pieceBytes, seekable: false });
    expect(linesOf(profile)).toEqual(linesOf(whole.profile));
    expect(profile.threads.columns).toEqual(whole.profile.threads.columns);
  });

  it('tells the namer the time in order', async () => {
    const { namer } = await read(bytes);
    expect(namer.times.length).toBeGreaterThan(2);
    expect(namer.times).toEqual(namer.times.toSorted((a, b) => a - b));
  });

  it('counts the same samples when inspected', async () => {
    const summary = await inspectPerfData(sourceOf(bytes));
    expect(summary.records.find(({ type }) => type === 'SAMPLE')?.count).toBe(samples);
    expect(summary.cut).toBe(false);
    expect(summary.mode).toBe(name === 'pipe' ? 'pipe' : 'file');
    expect(summary.features).toMatchObject({ arch: 'x86_64', version: '6.1.187' });
  });
});

it('reads the other byte order as it reads its own', async () => {
  for (const name of ['file', 'tiny']) {
    const [little, big] = [fixture(name), asBigEndian(fixture(name))];
    const [ours, theirs] = [await read(little), await read(big)];
    expect(linesOf(theirs.profile)).toEqual(linesOf(ours.profile));
    expect(theirs.profile.threads).toEqual(ours.profile.threads);
    expect(theirs.profile.processes).toEqual(ours.profile.processes);
    const withoutBuildIds = ours.namer.mappings.map(({ process, mapping: { buildId: _, ...rest } }) => ({
      process,
      mapping: rest,
    }));
    expect(theirs.namer.mappings).toEqual(withoutBuildIds);
    expect(theirs.profile.info).toEqual({ ...ours.profile.info, startedMs: 0 });
    expect((await inspectPerfData(sourceOf(big))).byteOrder).toBe('big');
  }
});

it('tells processes by exec, and children of their parents', async () => {
  const { profile, namer } = await read(fixture('file'));
  const { processes } = profile;
  const rows = Array.from({ length: processes.length }, (_, id) => ({
    id,
    pid: processes.columns.pid.data[id],
    parent: processes.columns.parent.data[id],
    command: processes.command(id),
  }));
  const main = rows.findLast(({ command, parent }) => command === 'node' && parent > processes.length);
  const sh = rows.find(({ command }) => command === 'sh');
  expect(sh?.parent).toBe(main?.id);
  // Before its exec, the child was a copy of its parent; it is one process all the same.
  expect(rows.filter(({ pid }) => pid === sh?.pid)).toEqual([sh]);
  expect(namer.forks).toContainEqual([main?.id, sh?.id]);
  expect(namer.mappings.find(({ process }) => process === main?.id)?.mapping.buildId).toMatch(
    /^[0-9a-f]{40}$/,
  );
  expect(rows.filter(({ parent, command }) => parent === main?.id && command === 'node').length).toBe(1);
  expect(processes.columns.end.data[sh?.id ?? 0]).toBeGreaterThan(processes.columns.start.data[sh?.id ?? 0]);
});

it('keeps idle time and each event by itself', async () => {
  const { profile } = await read(fixture('system'));
  const units = new Map(profile.series.map(({ event, unit }) => [event, unit]));
  expect(units).toEqual(
    new Map([
      ['cpu-clock', Unit.CpuNs],
      ['page-faults', Unit.Count],
      ['context-switches', Unit.Count],
    ]),
  );
  const { processes, threads, stacks, frames } = profile;
  const idle = profile.series.filter(
    ({ thread }) => processes.columns.pid.data[threads.columns.process.data[thread]] === 0,
  );
  const roots = new Set(
    idle.flatMap((series) => Array.from(series.stacks.data.subarray(0, series.pending), rootOf)),
  );
  function rootOf(stack: number): FrameKind {
    let at = stack;
    while (stacks.columns.parent.data[at] !== 0) at = stacks.columns.parent.data[at];
    return frames.kind(stacks.columns.frame.data[at]);
  }
  expect(roots).toEqual(new Set([FrameKind.Idle]));
});

it('begins at the first record unless told otherwise, and hands on batches', async () => {
  const profile = new Profile();
  let batches = 0;
  const onBatch = async () => {
    batches++;
  };
  await readPerfData(sourceOf(fixture('file')), profile, { symbolizer: new PlainNamer(profile), onBatch });
  expect(batches).toBe(0);
  expect(Math.min(...profile.series.map(({ times }) => times.data[0]))).toBeLessThan(500_000);
  expect(profile.info.durationUs).toBeGreaterThan(500_000);
  expect(profile.info).toMatchObject({ engine: 'perf', frequencyHz: 199 });
  expect(new Date(profile.info.startedMs).getUTCFullYear()).toBeGreaterThan(2020);
});

it('says so when the recording is of another machine', async () => {
  const bytes = fixture('file');
  const at = Buffer.from(bytes).indexOf('x86_64\0\0');
  bytes.set(Buffer.from('aarch64\0'), at);
  const { profile } = await read(bytes);
  expect(profile.quality.notes.map(({ code }) => code)).toEqual(['PERF_DATA_OTHER_ARCH']);
});

it.each([
  ['nothing', new Uint8Array(0)],
  ['text', new TextEncoder().encode('not a recording, but long enough for a header')],
  ['half a header', fixture('file').subarray(0, 60)],
])('refuses %s in a sentence', async (_, bytes) => {
  await expect(read(bytes)).rejects.toThrow(/test\.data.*(PERFILE2|ends at byte)/);
});

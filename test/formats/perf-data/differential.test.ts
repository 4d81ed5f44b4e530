import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validate } from '../../../src/profile/validate.js';
import { perfScript } from './perf-script.js';
import { linesOf, read, record, scratch } from './recordings.js';

const WAYS: Readonly<Record<string, { file: string; options: string[] }>> = {
  'a file': { file: 'file.data', options: ['-e', 'cpu-clock', '-F', '1999'] },
  'a pipe': { file: 'piped.pipe', options: ['-e', 'cpu-clock', '-F', '1999'] },
  'a compressed file': { file: 'compressed.data', options: ['-z', '-e', 'cpu-clock', '-F', '1999'] },
  'a compressed pipe': { file: 'compressed.pipe', options: ['-z', '-e', 'cpu-clock', '-F', '1999'] },
  'several events of the whole system': {
    file: 'system.data',
    options: ['-a', '-e', 'cpu-clock,task-clock,page-faults,context-switches', '-F', '499'],
  },
  'a fixed period, short stacks and read values': {
    file: 'period.data',
    options: ['-e', 'task-clock', '-c', '700001', '-s', '--call-graph', 'fp', '-d'],
  },
};

/** The tid of a sample taken when its thread had left already; 0 is every CPU's idle thread. */
const GONE = 0xffffffff;

const place = scratch();
beforeAll(() => {
  for (const { file, options } of Object.values(WAYS))
    record(place.path(file), dirname(place.path(file)), options, 500);
});
afterAll(() => place.remove());

describe.each(Object.keys(WAYS))('%s', (way) => {
  it('has the samples that perf script prints, with the same times, weights and chains', async () => {
    const path = place.path(WAYS[way].file);
    const expected = await perfScript(path);
    const { profile } = await read(readFileSync(path));
    validate(profile);
    expect(expected.lines.length).toBeGreaterThan(100);
    expect(linesOf(profile)).toEqual(expected.lines);
    expect(profile.quality.notes.filter(({ code }) => code !== 'PERF_LOST_EVENTS')).toEqual([]);
    const { threads } = profile;
    for (const { thread } of profile.series) {
      const tid = threads.columns.tid.data[thread];
      const isLast = !profile.series.some(
        (other) => other.thread > thread && threads.columns.tid.data[other.thread] === tid,
      );
      if (isLast && tid !== 0 && tid !== GONE) expect(threads.name(thread)).toBe(expected.names.get(tid));
    }
  });
});

import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProfile } from '../../../src/cli/open-profile.js';
import { perfScript } from '../../../src/formats/perf-script/index.js';
import { FrameKind } from '../../../src/profile/frames.js';
import type { Profile } from '../../../src/profile/profile.js';
import { readBytes } from '../check-recording.js';
import { record, scratch } from '../perf-data/recordings.js';

const WAYS: Readonly<Record<string, readonly string[]>> = {
  'one event': ['-e', 'cpu-clock', '-F', '1499'],
  'several events of the whole system': ['-a', '-e', 'cpu-clock,page-faults,context-switches', '-F', '299'],
  'a fixed period': ['-e', 'task-clock', '-c', '900001'],
};

const place = scratch();
beforeAll(() => {
  for (const [way, options] of Object.entries(WAYS)) {
    const data = place.path(`${way.replaceAll(' ', '-')}.data`);
    record(data, dirname(data), options, 400);
  }
});
afterAll(() => place.remove());

describe.each(Object.keys(WAYS))('%s', (way) => {
  const data = () => place.path(`${way.replaceAll(' ', '-')}.data`);

  it('has in the text the samples, times, weights and depths of our own reading of the perf.data', async () => {
    const fields = 'comm,pid,tid,cpu,time,period,event,ip,sym,symoff,dso';
    const available = way.includes('system') ? fields : fields.replace('cpu,', '');
    const text = execFileSync('perf', ['script', '--no-inline', '-F', available, '-i', data()], {
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const theirs = samplesOf(await readBytes(perfScript, new Uint8Array(text)));
    const ours = samplesOf(await openProfile(data()));
    expect(ours.length).toBeGreaterThan(50);
    // Of some stripped binaries perf prints no stack at all.
    const printed = new Set(theirs.flatMap((line, i) => (line.endsWith(' 0') ? [] : [i])));
    expect(printed.size).toBeGreaterThan(theirs.length * 0.8);
    expect(theirs.map(withoutDepth)).toEqual(ours.map(withoutDepth));
    const both = (lines: string[]) => lines.filter((_, i) => printed.has(i));
    expect(both(theirs)).toEqual(both(ours));
  });
});

function withoutDepth(line: string): string {
  return line.slice(0, line.lastIndexOf(' '));
}

/** pid/tid event µs from the first sample, weight and number of functions of each sample, sorted. */
function samplesOf({ series, threads, processes, stacks, frames }: Profile): string[] {
  const first = Math.min(...series.filter(({ pending }) => pending > 0).map(({ times }) => times.data[0]));
  const depthOf = (stack: number) => {
    let depth = 0;
    for (let at = stack; at !== 0; at = stacks.columns.parent.data[at]) {
      if (frames.kind(stacks.columns.frame.data[at]) === FrameKind.Call) depth++;
    }
    return depth;
  };
  return series
    .flatMap((each) => {
      const tid = threads.columns.tid.data[each.thread];
      const pid = processes.columns.pid.data[threads.columns.process.data[each.thread]];
      return Array.from({ length: each.pending }, (_, i) => {
        const depth = depthOf(each.stacks.data[i]);
        return `${pid}/${tid} ${each.event} ${each.times.data[i] - first} ${each.weights.data[i]} ${depth}`;
      });
    })
    .sort((a, b) => (withoutDepth(a) < withoutDepth(b) ? -1 : 1));
}

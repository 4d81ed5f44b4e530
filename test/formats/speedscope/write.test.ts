import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { speedscope } from '../../../src/formats/speedscope/index.js';
import type { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { ThreadRole } from '../../../src/profile/threads.js';
import { generatedProfile } from '../../profile/generated-profile.js';
import { addSamples, addThread, internStack, profileOf } from '../../profiles.js';
import { SEED } from '../../random.js';
import { readBytes, written } from '../check-recording.js';
import { stackSums } from '../stack-sums.js';

async function fileOf(profile: Profile) {
  return JSON.parse(new TextDecoder().decode(await written(speedscope, profile)));
}

describe('what we write', () => {
  it('is a profile of samples for each thread and event, with nothing where nothing ran', async () => {
    const profile = profileOf('', { unit: Unit.CpuNs });
    profile.series[0].add(10_000, internStack(profile, 'main;a'), 1_003_009);
    profile.series[0].add(500_000, internStack(profile, 'main;b@/app/b.js:3:9'), 1_000_000);
    const worker = addThread(profile, { tid: 9, name: 'resizer', role: ThreadRole.Worker });
    addSamples(profile, worker, 'main;a 11\n[idle] 100\nmain 2', { unit: Unit.WallNs });
    const file = await fileOf(profile);
    expect(file).toMatchObject({ exporter: 'stackscope', activeProfileIndex: 0, name: 'node main.js' });
    expect(file.shared.frames).toEqual([
      { name: 'a', file: '/app/main.js' },
      { name: 'main', file: '/app/main.js' },
      { name: 'b', file: '/app/b.js', line: 3, col: 9 },
    ]);
    expect(file.profiles).toMatchObject([
      {
        ...{
          type: 'sampled',
          name: 'node (pid 1, tid 1) cpu-clock',
          unit: 'nanoseconds',
          startValue: 8_996_000,
        },
        ...{ endValue: 499_999_009, samples: [[1, 0], [], [1, 2]] },
        weights: [1_003_009, 489_000_000, 1_000_000],
      },
      {
        ...{ name: 'resizer (pid 1, tid 9) v8', samples: [[1, 0], [], [1]], endValue: 113e6 },
        weights: [11e6, 100e6, 2e6],
      },
    ]);
  });

  it('has counts and bytes as they are', async () => {
    const profile = profileOf('main;a 5', { unit: Unit.Bytes, event: 'heap' });
    addSamples(profile, 0, 'main 3', { unit: Unit.Count, event: 'faults' });
    expect((await fileOf(profile)).profiles).toMatchObject([
      { unit: 'bytes', weights: [5e6] },
      { unit: 'none', weights: [3e6] },
    ]);
  });

  test('keeps threads, processes, events, units and the weight of every stack of any profile', async () => {
    await fc.assert(
      fc.asyncProperty(generatedProfile, async (profile) => {
        const again = await readBytes(speedscope, await written(speedscope, profile));
        expect(identity(again)).toEqual(identity(profile));
        const total = (of: Profile) => [...weightByUnit(of)];
        for (const [unit, weight] of total(profile)) {
          expect((weightByUnit(again).get(unit) ?? 0) / (weight || 1)).toBeCloseTo(weight === 0 ? 0 : 1, 6);
        }
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('of a recording is the same when written, read and written again', async () => {
    const profile = profileOf(
      'main@/app/main.js:1:1;work@/app/main.js:7:3;read@/usr/lib/libc.so.6#libc 3\n[idle] 4\nmain@/app/main.js:1:1 5',
      {
        unit: Unit.WallNs,
      },
    );
    const first = await written(speedscope, profile);
    const read = await readBytes(speedscope, first);
    expect(stackSums(read)).toEqual(stackSums(profile));
    expect([...read.series[0].times.data.subarray(0, 3)]).toEqual([0, 3000, 7000]);
    // The recording's own command is not told, only its processes'.
    expect(Buffer.from(await written(speedscope, read)).toString()).toBe(Buffer.from(first).toString());
  });
});

/** Who has samples of something that ran. */
function identity(profile: Profile): string[] {
  const { threads, processes } = profile;
  return profile.series
    .filter((series) => [...stackSums(profile, [series]).keys()].some((stack) => !stack.endsWith('(idle)')))
    .map(({ thread, event, unit, timed }) => {
      const process = threads.columns.process.data[thread];
      return JSON.stringify([
        [processes.columns.pid.data[process], processes.command(process)],
        [threads.columns.tid.data[thread], threads.name(thread), threads.columns.role.data[thread]],
        [event, unit, timed && unit < Unit.Bytes],
      ]);
    });
}

/** Of samples with a stack that ran. */
function weightByUnit(profile: Profile): Map<Unit, number> {
  const sums = new Map<Unit, number>();
  for (const series of profile.series) {
    for (const [stack, weight] of stackSums(profile, [series])) {
      if (stack === '' || stack.endsWith('(idle)')) continue;
      sums.set(series.unit, (sums.get(series.unit) ?? 0) + weight);
    }
  }
  return sums;
}

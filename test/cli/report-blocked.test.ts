import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { printReport, type ReportOptions } from '../../src/cli/report/print.js';
import { textWidth } from '../../src/cli/terminal.js';
import { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { ThreadRole } from '../../src/profile/threads.js';
import { HOSTILE_NAMES } from '../hostile-names.js';
import { addSamples, addThread, profileOf } from '../profiles.js';

async function report(profile: Profile, options: ReportOptions = {}, columns = 80): Promise<string> {
  let text = '';
  await printReport(profile, options, { write: (piece: string) => (text += piece), columns, isTTY: false });
  return text;
}

/** A program that reads a file and waits for a child in its main thread, and has a worker that waits for work. */
function waiting(spawnMs: number, idleMs = 100): Profile {
  const profile = new Profile();
  Object.assign(profile.info, { command: 'node app.js', engine: 'v8', frequencyHz: 199 });
  const options = { unit: Unit.WallNs };
  const main = addThread(profile, { tid: 1, role: ThreadRole.Main, name: 'main', cpuMs: 130 });
  profile.threads.columns.runDelay.data[main] = 40e6;
  addSamples(
    profile,
    main,
    `main@/srv/app/a.js:1:1;hot@/srv/app/a.js:3:10 140 100+40/ms
     main@/srv/app/a.js:1:1;load@/srv/app/load.js:9:3;readFileSync@node:fs:430:22#node-js;open#v8 40 4+0/ms
     main@/srv/app/a.js:1:1;run@/srv/app/run.js:2:7;spawnSync@node:child_process:883:19#node-js;spawn#v8 ${spawnMs} 1+0/ms
     [idle] ${idleMs} 2+0/ms`,
    options,
  );
  const worker = addThread(profile, { tid: 2, role: ThreadRole.Worker, name: 'worker 1', cpuMs: 1 });
  addSamples(profile, worker, 'job@/srv/app/job.js:1:1 900 1+0/ms', options);
  addThread(profile, { tid: 3, role: ThreadRole.Gc, name: 'V8Worker', cpuMs: 20 });
  addThread(profile, { tid: 4, name: 'libuv-worker', cpuMs: 0.1 });
  return profile;
}

describe('a recording of wall time that tells of CPU time', () => {
  it('reads as designed at 80 columns', async () => {
    expect(`\n${await report(waiting(60), { limit: 3 })}`).toMatchInlineSnapshot(`
      "
      Culprit: hot  a.js:3:10  94.3 % of the CPU time
      Blocked: in spawnSync called by run  run.js:2:7  17.4 % of the time
          and: in readFileSync called by load  load.js:9:3  10.6 % of the time

      node app.js
      v8, 199 samples a second, 900 ms
      106 ms of CPU, 994 ms blocked, 40 ms without a free CPU, 100 ms idle
      5 samples, the kernel charged 151 ms

      By layer
        application  95.3 %  101 ms  ███████████████████
        v8            4.7 %  5.0 ms  █

      Hottest functions by self: what ran
          self   total  layer        function  where
        94.3 %  94.3 %  application  hot       a.js:3:10
         3.8 %   3.8 %  v8           open
         0.9 %   0.9 %  v8           spawn

      Hottest functions by total: your code and packages, with all they called
          self   total  layer        function  where
         0.0 %  99.1 %  application  main      a.js:1:1
        94.3 %  94.3 %  application  hot       a.js:3:10
         0.0 %   3.8 %  application  load      load.js:9:3

      Heaviest stack: 94.3 % was exactly here
        99.1 %  application  main  a.js:1:1
        94.3 %  application  hot   a.js:3:10

      Blocked: it waited in a call for 994 ms of the 1.14 s busy
          time  of busy  in            called by  where
        899 ms   78.9 %                job        job.js:1:1
         59 ms    5.2 %  spawnSync     run        run.js:2:7
         36 ms    3.2 %  readFileSync  load       load.js:9:3

      Threads
         share     CPU  blocked  charged  no CPU  role    thread    tid  process
        99.1 %  105 ms    95 ms   130 ms   40 ms  main    main        1        1
         0.9 %  1.0 ms   899 ms   1.0 ms       –  worker  worker 1    2        1
             –       –        –    20 ms       –  gc      V8Worker    3        1

      Quality
        100.0 %  whole stacks
         71.5 %  of the charged CPU time has samples; other threads have none
          3.5 %  of the busy time threads were ready and no CPU was free
          ±43.8  points: the chance error of a share near 50 % (5 samples)
      "
    `);
  });

  it('says first what blocks when that is most of its time', async () => {
    const lines = (await report(waiting(500))).split('\n');
    expect(lines[0]).toBe('Blocked: in spawnSync called by run  run.js:2:7  64.0 % of the time');
    expect(lines[1]).toMatch(/^Culprit: hot {2}a\.js:3:10 {2}94\.\d % of the CPU time$/);
  });

  it('says nothing of it at the top when it is little', async () => {
    expect(await report(waiting(2, 1000))).not.toMatch(/% of the time$/m);
  });

  it('shows the part of the time that is asked for', async () => {
    const first = async (of: 'cpu' | 'blocked' | 'wall') =>
      (await report(waiting(60), { of, by: 'function', sort: 'self', limit: 1 }))
        .split('\n')[1]
        .trim()
        .split(/ {2,}/);
    expect(await first('cpu')).toEqual(['94.3 %', '94.3 %', 'application', 'hot', 'a.js:3:10']);
    expect(await first('blocked')).toEqual(['90.4 %', '90.4 %', 'application', 'job', 'job.js:1:1']);
    expect((await first('wall')).slice(0, 4)).toEqual(['78.9 %', '78.9 %', 'application', 'job']);
    expect(await report(waiting(60), { of: 'blocked' })).toMatch(/^Culprit: job .* of the blocked time\n/);
  });

  it('fits any terminal, whatever its names', async () => {
    const text = Object.values(HOSTILE_NAMES)
      .map(
        (name) =>
          `${name.replace(/[\s;@#~!]/g, '_')}@/a.js:1:1;wait_${name.replace(/[\s;@#~!]/g, '_')}#v8 50 1+0/ms`,
      )
      .join('\n');
    const profile = profileOf(text, { unit: Unit.WallNs });
    for (const columns of [40, 80, 200]) {
      const lines = (await report(profile, {}, columns)).split('\n');
      for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(columns);
    }
  });

  it('keeps to the schema', async () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
    ) as object;
    const isValid = new Ajv2020({ strict: false }).compile(schema);
    isValid(JSON.parse(await report(waiting(60), { json: true })));
    expect(isValid.errors).toBeNull();
  });
});

it('a recording that does not tell says so when it is asked', async () => {
  for (const unit of [Unit.CpuNs, Unit.WallNs]) {
    await expect(report(profileOf('a 3', { unit }), { of: 'blocked' })).rejects.toThrow(
      /^this recording does not tell .*--of blocked; record with --engine v8 on Linux\.$/,
    );
  }
});

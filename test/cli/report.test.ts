import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { printReport, type ReportOptions } from '../../src/cli/report/print.js';
import { reportCommand } from '../../src/cli/report.js';
import { textWidth } from '../../src/cli/terminal.js';
import { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { bothEngines } from '../both-engines.js';
import { addSamples, profileOf } from '../profiles.js';
import { serverProfile } from './report-profile.js';

async function report(
  profile: Profile | string,
  options: ReportOptions = {},
  columns = 80,
  isTTY = false,
): Promise<string> {
  let text = '';
  await printReport(profile, options, { write: (piece: string) => (text += piece), columns, isTTY });
  return text;
}

const schema = JSON.parse(
  readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
) as object;
const isValid = new Ajv2020({ strict: false }).compile(schema);

describe('a report', () => {
  it('answers in its first line', async () => {
    expect((await report(serverProfile())).split('\n')[0]).toBe(
      'Culprit: render  lib/render.js:7:14  72.1 % of the CPU time',
    );
  });

  it('reads as designed at 80 columns', async () => {
    expect(`\n${await report(serverProfile())}`).toMatchInlineSnapshot(`
      "
      Culprit: render  lib/render.js:7:14  72.1 % of the CPU time
               of which 53 % your code, 35 % v8, 12 % libc

      node server.mjs --port 8080
      perf, 997 samples a second, 10.0 s, Node 24.1.0
      1.04 s of CPU in 9 samples, the kernel charged 1.05 s

      By layer
        application  38.5 %  400 ms  ███████▊
        v8           25.0 %  260 ms  █████     10.6 % is garbage collection
        kernel       11.5 %  120 ms  ██▎
        libc          8.7 %   90 ms  █▊
        system        8.7 %   90 ms  █▊
        node-js       5.8 %   60 ms  █▏
        unknown       1.9 %   20 ms  ▍

      By package
         self   total  package
        0.0 %  72.1 %  express

      Hottest functions by self: what ran
          self   total  layer        function              where
        38.5 %  72.1 %  application  render                lib/render.js:7:14
        14.4 %  14.4 %  v8           Runtime_StringAdd     node
        11.5 %  11.5 %  kernel       write                 [kernel]
        10.6 %  10.6 %  v8           Heap::CollectGarbage  node
         8.7 %   8.7 %  libc         memcpy                libc.so.6
         5.8 %  89.4 %  node-js      emit                  node:events:471:44
         4.8 %   4.8 %  system       sha512_block          node
         3.8 %   3.8 %  system       inflate               node
         1.9 %   1.9 %  unknown      [unknown]             x.so

      Hottest functions by total: your code and packages, with all they called
          self   total  layer        function     where
         0.0 %  83.7 %  application  onRequest    server.mjs:12:20
        38.5 %  72.1 %  application  render       lib/render.js:7:14
         0.0 %  72.1 %  dependency   handle       express/lib/router.js:136:9
         0.0 %  11.5 %  application  log          lib/log.js:3:1
         0.0 %   8.7 %  application  (anonymous)  lib/render.js:20:9

      Heaviest stack: 38.5 % was exactly here
        89.4 %  node         node::Start       node
        89.4 %  libuv        uv_run            node
        89.4 %  v8           Builtins_JSEntry  node
        89.4 %  node-js      emit              node:events:471:44
        83.7 %  application  onRequest         server.mjs:12:20
        72.1 %  dependency   handle            express/lib/router.js:136:9
        72.1 %  application  render            lib/render.js:7:14

      Threads
         share  sampled  charged  role  thread   tid  process
        96.2 %   1.00 s   1.01 s  main  node    4001        1
         3.8 %    40 ms    41 ms  pool  node    4002        1

      Quality
        93.3 %  whole stacks
         6.7 %  stacks whose callers are not known: the chain broke
         1.9 %  stacks with unnamed native code
         1.9 %  of the time in unnamed native code itself
        99.0 %  of the CPU time the kernel charged was sampled
             3  samples lost by the recorder
         ±32.7  points: the chance error of a share near 50 % (9 samples)
        ! the kernel hides its symbols from this user.
          → Run as root, or lower kptr_restrict.
      "
    `);
  });

  it.each([60, 72, 80, 100, 120, 200])('fits %i columns', async (columns) => {
    const long = profileOf(
      `${'深い関数'.repeat(60)};${'x'.repeat(5000)}@/app/${'folder/'.repeat(50)}a.js:1:2;b#v8 10`,
    );
    for (const profile of [serverProfile(), long]) {
      for (const view of [
        {},
        { tree: true },
        { inverted: true },
        { by: 'file' },
        { by: 'thread' },
        { by: 'process' },
      ] as const) {
        for (const line of (await report(profile, view, columns)).split('\n')) {
          expect(textWidth(line), line).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it('has colour on a terminal only, and the same words', async () => {
    const coloured = await report(serverProfile(), {}, 80, true);
    const plain = await report(serverProfile());
    expect(plain).not.toContain('\x1b');
    expect(coloured).toContain('\x1b[');
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
  });

  it('lets no foreign text steer the terminal', async () => {
    const hostile = '\x1b]0;owned\x07\u202e\n\u200b\ud800';
    const profile = profileOf('');
    profile.info.command = hostile;
    profile.strings.intern(hostile);
    profile.quality.note('X', hostile, hostile);
    addSamples(profile, 0, 'a 1');
    profile.functions.columns.name.data[0] = profile.strings.intern(hostile);
    profile.threads.setName(0, hostile);
    profile.processes.setCommand(0, hostile);
    for (const view of [
      {},
      { tree: true },
      { by: 'thread' },
      { by: 'process' },
      { by: 'function' },
    ] as const) {
      expect(await report(profile, view, 200)).not.toMatch(/[^\P{C}\n]|[\u202e\u200b]/u);
    }
  });

  it('takes the middle out of a long stack', async () => {
    const deep = Array.from({ length: 10_000 }, (_, i) => `f${i}`).join(';');
    const lines = (await report(profileOf(`${deep} 5`))).split('\n');
    const start = lines.findIndex((line) => line.startsWith('Heaviest stack'));
    expect(lines.slice(start + 6, start + 9)).toEqual([
      '  100.0 %  application  f5     main.js',
      '          … 9980 more …',
      '  100.0 %  application  f9986  main.js',
    ]);
  });

  it('leaves out sections with nothing to say', async () => {
    const text = await report(profileOf('main 10'));
    expect(text).not.toMatch(/By package|Processes|idle|lost/);
  });

  it('says why there is no culprit', async () => {
    expect(await report(profileOf(''))).toMatch(/^No single culprit: there are no samples\n/);
    expect(await report(profileOf('[idle] 5', { unit: Unit.WallNs }))).toMatch(
      /^No single culprit: the program was idle/,
    );
    expect(await report(profileOf('[broken];sha#system 60 \n main 20 \n a 20'))).toMatch(
      /^No single culprit: .*\n {2}60\.0 % of the time lost its callers/,
    );
  });

  it('keeps functions of one name and file name apart by their whole path', async () => {
    const text = await report(
      profileOf(
        'run@/app/node_modules/a/node_modules/x/i.js:1:2#dependency/x 5 \n run@/app/node_modules/x/i.js:1:2#dependency/x 4',
      ),
      { by: 'function' },
      120,
    );
    expect(text).toContain('/app/node_modules/a/node_modules/x/i.js:1:2');
    expect(text).toContain('/app/node_modules/x/i.js:1:2');
  });
});

describe('filters and views', () => {
  it('sort, limit and group', async () => {
    const names = async (options: ReportOptions) =>
      (await report(serverProfile(), options))
        .split('\n')
        .slice(1, -1)
        .map((line) =>
          line
            .trim()
            .split(/\s{2,}/)
            .at(-1),
        );
    expect(await names({ by: 'layer', sort: 'name', limit: 3 })).toEqual([
      'application',
      'dependency',
      'kernel',
    ]);
    expect(await names({ by: 'package' })).toEqual(['express']);
    expect(await names({ by: 'file', sort: 'total', limit: 2 })).toEqual(['/usr/bin/node', 'node:events']);
  });

  it('say that nothing is in a table', async () => {
    const none = 'None of the time was in an npm package (in node_modules).\n';
    expect(await report(serverProfile(), { by: 'package', layer: 'kernel', grep: 'nothing' })).toMatch(
      /nothing to show/,
    );
    expect(await report(profileOf('main 5'), { by: 'package' })).toBe(none);
    expect(await report(profileOf(''), { by: 'file' })).toMatch(/nothing to show/);
  });

  it('select threads by id, role or name, times, layers and patterns', async () => {
    const ms = async (options: ReportOptions) =>
      JSON.parse(await report(serverProfile(), { ...options, json: true })).totals.sampledMs;
    expect(await ms({ thread: '4002' })).toBe(40);
    expect(await ms({ thread: 'pool' })).toBe(40);
    expect(await ms({ thread: 'node' })).toBe(1040);
    expect(await ms({ layer: 'kernel' })).toBe(120);
    expect(await ms({ grep: 'log\\.js$' })).toBe(120);
    expect(await ms({ from: '0.55', to: '660ms' })).toBe(110);
  });

  it.each([
    [{ thread: 'nobody' }, 'NO_SUCH_THREAD'],
    [{ layer: 'cloud' }, 'NO_SUCH_LAYER'],
    [{ grep: '(' }, 'BAD_PATTERN'],
    [{ from: 'noon' }, 'BAD_TIME'],
  ])('refuse %o as wrong usage', async (options, code) => {
    await expect(report(serverProfile(), options)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('refuse times of a recording that has none', async () => {
    const profile = new Profile();
    profile.threads.add(0, 1, '', 0);
    profile.addSeries(0, 'folded', Unit.Count, false).add(0, 0, 1);
    await expect(report(profile, { from: '1' })).rejects.toMatchObject({ code: 'NO_TIMES' });
  });

  it('draw the tree straight down and to the right at forks', async () => {
    const profile = profileOf('main;serve;a 60 \n main;serve;b;c 30 \n main;serve 10');
    expect(`\n${await report(profile, { tree: true })}`).toBe(`
  total     self
100.0 %           main  main.js
100.0 %   10.0 %  serve  main.js
 60.0 %   60.0 %  ├ a  main.js
 30.0 %           └ b  main.js
 30.0 %   30.0 %    c  main.js
`);
  });
});

describe('a program that hardly ran', () => {
  it('is said to have waited', async () => {
    const profile = profileOf('main;work 50');
    profile.info.durationUs = 400_000;
    const shown = (text: string) => text.split('\n').slice(0, 3).join('\n');
    expect(shown(await report(profile))).not.toContain('waited');
    profile.info.durationUs = 2_000_000;
    expect(shown(await report(profile))).toMatch(
      /it ran for .* of the .* recorded \(.* % of one CPU\), else it waited/,
    );
  });
});

describe('a recording by both engines', () => {
  it('takes the names of JavaScript from V8, and everything else from perf', async () => {
    const text = await report(bothEngines());
    expect(text).toMatch(/^Culprit: hot {2}\S*main\.js {2}75\.0 % of the busy time/);
    expect(text).toMatch(/^perf: 40 ms of CPU in 3 samples/m);
    expect(text).toMatch(/^V8: 80 ms busy in 3 samples, 20 ms idle$/m);
    expect(text).toMatch(/unknown +75\.0 % +30 ms .*75\.0 % is nameless JavaScript/);
    expect(text).toMatch(/Hottest JavaScript by self.*\n.*\n +75\.0 % +75\.0 % +application +hot/);
    expect(text).not.toContain('units are never added up');
  });

  it('tells it by its CPU time where V8 tells that, and what was blocked', async () => {
    const profile = bothEngines({ tellsCpu: true });
    const text = await report(profile);
    expect(text).toMatch(
      /^Culprit: hot {2}\S*main\.js {2}78\.9 % of the CPU time\nBlocked: in hot .* 20\.0 % of the time/,
    );
    expect(text).toMatch(/^perf: 40 ms of CPU in 3 samples/m);
    expect(text).toMatch(/^V8: 38 ms of CPU, 32 ms blocked, 10 ms without a free CPU, 20 ms idle$/m);
    expect(text).toMatch(/Hottest JavaScript by self.*\n.*\n +78\.9 % +78\.9 % +application +hot/);
    expect(text).toMatch(/it waited in a call for 32 ms of the 80 ms busy/);
    expect(text).toMatch(/sampled +blocked .*\n +100\.0 % +40 ms +32 ms/);
    expect(await report(profile, { of: 'blocked' })).toMatch(/^Culprit: hot .* 62\.5 % of the blocked time/);
    expect(await report(profile, { of: 'wall' })).toMatch(/hot .* 75\.0 % of the busy time/);
    expect(await report(profile, { of: 'cpu', by: 'layer' })).toMatch(/100\.0 % +38 ms .*application/);
    await expect(report(bothEngines(), { of: 'cpu' })).rejects.toThrow(/no --of cpu/);
  });
});

describe('the JSON report', () => {
  it.each([
    ['a server', serverProfile()],
    ['nothing', profileOf('')],
    ['wall time', profileOf('a;b#v8 3 \n [idle] 9', { unit: Unit.WallNs })],
    ['counts', profileOf('a 3', { unit: Unit.Count, event: 'page-faults' })],
    ['a bare profile', new Profile()],
    ['both engines', bothEngines()],
    ['both engines, CPU times told', bothEngines({ tellsCpu: true })],
  ])('of %s keeps to the schema', async (_, profile) => {
    const json = JSON.parse(await report(profile, { json: true }));
    isValid(json);
    expect(isValid.errors).toBeNull();
  });

  it('says what the text says', async () => {
    const json = JSON.parse(await report(serverProfile(), { json: true }));
    expect(json).toMatchObject({
      schema: 1,
      recording: {
        command: 'node server.mjs --port 8080',
        engine: 'perf',
        started: '2026-01-02T03:04:05.000Z',
        durationMs: 10000,
        frequencyHz: 997,
      },
      processes: [{ pid: 1, command: 'node main.js', node: '24.1.0', parent: null, exit: 130 }],
      totals: { samples: 9, weightKind: 'cpu', sampledMs: 1040, cpuMs: 1051, idleMs: 0 },
      culprit: { name: 'render', file: '/srv/app/lib/render.js', line: 7, column: 14, share: 750 / 1040 },
      quality: { lostSamples: 3, notes: [{ code: 'NO_KERNEL_SYMBOLS' }] },
    });
    expect(json.functions.find(({ name }: { name: string }) => name === 'render').tiers).toEqual({
      native: expect.closeTo(200 / 750),
      interpreted: expect.closeTo(150 / 750),
      turbofan: expect.closeTo(400 / 750),
    });
    const layers = json.layers.reduce((sum: number, { selfMs }: { selfMs: number }) => sum + selfMs, 0);
    expect(layers).toBeCloseTo(json.totals.sampledMs);
  });

  it('limits functions only when asked', async () => {
    const count = async (options: ReportOptions) =>
      JSON.parse(await report(serverProfile(), { ...options, json: true })).functions.length;
    expect(await count({})).toBeGreaterThan(10);
    expect(await count({ limit: 2 })).toBe(2);
  });
});

describe('the documentation', () => {
  it('names every option of the command', () => {
    const text = readFileSync(new URL('../../docs/report.md', import.meta.url), 'utf8');
    for (const { long } of reportCommand().options) expect(text).toContain(long);
  });
});

describe('a file', () => {
  it('is opened whatever its format', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stackscope-report-'));
    try {
      const frame = {
        functionName: 'burn',
        scriptId: '1',
        url: 'file:///a.js',
        lineNumber: 0,
        columnNumber: 9,
      };
      const nodes = [
        { id: 1, callFrame: { ...frame, functionName: '(root)', url: '' }, children: [2] },
        { id: 2, callFrame: frame },
      ];
      const recording = { nodes, startTime: 0, endTime: 2000, samples: [2, 2], timeDeltas: [0, 1000] };
      writeFileSync(join(folder, 'x'), JSON.stringify(recording));
      expect(await report(join(folder, 'x'), { by: 'function' })).toContain('burn');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

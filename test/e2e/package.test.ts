import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/summary.js';
import { compile, installIn, programsOf } from './installed.js';
import {
  type Finished,
  NODES,
  type NodeVersion,
  nodeBinary,
  program,
  run,
  scratchDirectory,
} from './stackscope.js';

const scratch = scratchDirectory();
let app: string;

beforeAll(() => {
  app = installIn(scratch.path);
  cpSync(program('self'), app, { recursive: true });
  const programs = programsOf('library.md', app);
  expect(programs).toEqual(['record.ts', 'attach.ts', 'own-recording.mjs', 'profile-route.mjs']);
  compile(app, ['record.ts', 'attach.ts'], { module: 'nodenext' });
});
afterAll(() => scratch.remove());

/** Runs the installed command. */
const stackscope = (...args: string[]) =>
  run(process.execPath, [join(app, 'node_modules/.bin/stackscope'), ...args], { cwd: app });

async function reportOf(file: string, ...part: string[]): Promise<Summary> {
  const { stdout, stderr } = await stackscope('report', '--json', ...part, file);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Summary;
}

function node(version: NodeVersion, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return run(nodeBinary(version), args, { cwd: app, env: { PATH: process.env['PATH'], ...env } });
}

/** A new folder, and the file that will have been written to it. */
function folder(name: string): { path: string; files(): string[] } {
  const path = join(scratch.path, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  return { path, files: () => readdirSync(path).sort() };
}

/** The names of functions in a .cpuprofile. */
function functionsIn(cpuprofile: string): string[] {
  const { nodes } = JSON.parse(cpuprofile) as { nodes: { callFrame: { functionName: string } }[] };
  return nodes.map(({ callFrame }) => callFrame.functionName);
}

describe('the types', () => {
  const USE = `
    import { attach, openProfile, type RecordResult, record, report, select, summarize, UserError } from 'stackscope';
    import { type Recording, type RecordingResult, startRecording } from 'stackscope/agent';
    import 'stackscope/agent/auto';
    const recorded: RecordResult = await record({ command: ['x'], signal: AbortSignal.timeout(1) });
    const [path, code]: [string, number | null] = [recorded.path, recorded.exit.code];
    const attached: { path: string; samples: number; bytes: number } = await attach({ pids: [1] });
    const own: Recording = await startRecording({ frequencyHz: 99 });
    const result: RecordingResult = await own.stop();
    const share: number | undefined = (await report(path)).culprit?.share;
    const whole: number = summarize(select(await openProfile(path))).totals.samples;
    // @ts-expect-error without a command
    await record({});
    // @ts-expect-error the sink is ours
    await attach({ pids: [1], sink: { append: async () => {}, finish: async () => {} } });
    // @ts-expect-error no such option
    await startRecording({ files: '' });
    export { attached, code, result, share, UserError, whole };`;

  it.each([
    ['NodeNext', { module: 'nodenext' }],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('are right for who imports it, by %s', (_, options) => {
    writeFileSync(join(app, 'use.ts'), USE);
    compile(app, ['use.ts', 'record.ts', 'attach.ts'], { ...options, noEmit: true });
  });

  it('are right for who requires it', () => {
    const source = `
      import agent = require('stackscope/agent');
      import { startRecording } from 'stackscope/agent';
      export const twice: Promise<agent.RecordingResult>[] = [agent.startRecording, startRecording].map(
        async (start) => (await start({ file: 'x' })).stop());`;
    writeFileSync(join(app, 'use.cts'), source);
    compile(app, ['use.cts'], { module: 'nodenext', noEmit: true });
  });

  it('find what is wrong', () => {
    writeFileSync(join(app, 'wrong.ts'), `import { nothing } from 'stackscope'; nothing();`);
    expect(() => compile(app, ['wrong.ts'], { module: 'nodenext', noEmit: true })).toThrow(/TS2305.*nothing/);
  });
});

describe.each(NODES)('the library on Node %s', (version) => {
  it('records a command and reports', async () => {
    writeFileSync(
      join(app, 'server.js'),
      readFileSync(join(app, 'job.cjs'), 'utf8').replace('Number(ms)', '60_000'),
    );
    const PATH = `${join(nodeBinary(version), '..')}:${process.env['PATH']}`;
    const { code, stdout, stderr } = await node(version, ['record.js'], { PATH });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(done\n)?\d+ ms, \d+ samples\n/);
    expect(stdout).toMatch(/\n\d+ samples by (perf|v8) in \/.*\/app\/server\.stackscope, ended by SIGTERM\n/);
    expect(stdout).toMatch(/\nburn .*server\.js: \d\d\.\d %\n$/);
    expect(code).toBe(0);
  });

  it('attaches until there is enough, and says what cannot be', async () => {
    const target = spawn(nodeBinary(version), ['--inspect-port=0', 'job.cjs', '1', 'server'], { cwd: app });
    await once(target.stdout, 'data');
    const { code, stdout } = await node(version, ['attach.js', String(target.pid)]);
    target.kill('SIGKILL');
    expect(stdout).toMatch(/^Node v\d+\..*, process \d+, is going to stop for about \d+ ms\nburn\n$/);
    expect(code).toBe(0);
    const refused = await node(version, ['attach.js', '4194305']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^ATTACH_NO_PROCESS: There is no process 4194305/);
  });
});

it('a recording is ended by its signal, and not begun when that was aborted before', async () => {
  const source = `
    import { record, report } from 'stackscope';
    const command = [process.execPath, 'job.cjs', '1', 'server'];
    const output = 'aborted.stackscope';
    const enough = new AbortController();
    const { signal } = enough;
    const progress = ({ samples }) => samples > 50 && enough.abort();
    const launched = ({ engine, pid }) => console.log(engine, pid > 0);
    const { exit } = await record({ command, output, engine: 'v8', signal, events: { launched, progress } });
    console.log(exit.signal, (await report(output)).culprit.name);
    await record({ command, output: 'never', signal }).catch((error) => console.log(error.name));`;
  writeFileSync(join(app, 'aborted.mjs'), source);
  const { stdout } = await node('22', ['aborted.mjs']);
  expect(stdout.replace('done\n', '')).toBe('v8 true\nSIGTERM burn\nAbortError\n');
  expect(readdirSync(app).filter((name) => name.startsWith('never'))).toEqual([]);
});

describe.each(NODES)('a program that records itself, Node %s', (version) => {
  it('makes files of each format, one after the other, and is as it was', async () => {
    const out = folder(`twice-${version}`);
    const files = [join(out.path, 'a.stackscope'), join(out.path, 'b.cpuprofile'), `${out.path}/`];
    const { stdout, stderr } = await node(version, ['twice.mjs', ...files]);
    expect(stderr).toBe('');
    const { results, before, after, inWorker, unwritable } = JSON.parse(stdout);
    expect(inWorker).toBe('SELF_IN_WORKER');
    expect(unwritable).toBe('OUTPUT_UNWRITABLE');
    expect(after).toEqual(before);
    expect(results).toHaveLength(3);
    for (const { second, isSame, file, named, samples, bytes, durationMs, pauseMs } of results) {
      expect([second, isSame, named]).toEqual(['SELF_TWICE', true, file]);
      for (const count of [samples, bytes, pauseMs]) expect(count).toBeGreaterThan(0);
      expect(durationMs).toBeGreaterThan(800);
    }
    expect(out.files()).toEqual([
      'a.stackscope',
      'b.cpuprofile',
      expect.stringMatching(/^twice-\d{8}-\d{6}-\d+\.stackscope$/),
    ]);
    for (const [role, name] of [
      ['main', 'hot'],
      ['worker', 'inWorker'],
    ]) {
      const { functions, totals, threads } = await reportOf(join(out.path, 'a.stackscope'), '--thread', role);
      expect(threads).toHaveLength(1);
      const { totalMs } = functions.find((each) => each.name === name)!;
      expect(totalMs / totals.sampledMs).toBeGreaterThan(0.8);
    }
    expect(functionsIn(readFileSync(join(out.path, 'b.cpuprofile'), 'utf8'))).toEqual(
      expect.arrayContaining(['hot', 'inWorker']),
    );
  });

  it('as docs/library.md does', async () => {
    const { stdout, stderr } = await node(version, ['own-recording.mjs']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\d+ samples in .*\/import\.cpuprofile; the start took \d+ ms\n$/);
    expect(functionsIn(readFileSync(join(app, 'import.cpuprofile'), 'utf8'))).toContain('importEverything');
  });

  it('by an HTTP route', async () => {
    const server = spawn(nodeBinary(version), ['profile-route.mjs'], { cwd: app, env: { PORT: '0' } });
    const [port] = await once(server.stdout, 'data');
    const base = `http://127.0.0.1:${String(port).trim()}`;
    const asked = fetch(`${base}/debug/profile?seconds=1.5`);
    await sleep(300);
    const refused = await fetch(`${base}/debug/profile?seconds=1`);
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringMatching(/^SELF_TWICE: /)]);
    for (let i = 0; i < 20; i++) expect(await (await fetch(base)).text()).toBe('done\n');
    const answer = await asked;
    expect(answer.headers.get('content-disposition')).toContain('server.cpuprofile');
    expect(functionsIn(await answer.text())).toContain('work');
    const again = await fetch(`${base}/debug/profile?seconds=0.2`);
    expect(again.status).toBe(200);
    await again.text();
    server.kill('SIGKILL');
  });

  it.each([
    ['--import', [], 0],
    ['--require', ['exit'], 3],
  ] as const)('from start to end, by V8PROFILE=1 and %s', async (option, ending, exit) => {
    const out = folder(`v8profile-${version}`);
    const env = { V8PROFILE: '1', STACKSCOPE_FILE: out.path };
    const command = [option, 'stackscope/agent/auto', 'job.cjs', '1000', ...ending];
    const { code, stdout, stderr } = await node(version, command, env);
    expect([code, stdout]).toEqual([exit, 'done\n']);
    expect(stderr).toMatch(
      /^stackscope: recording process \d+ into \/.*\nstackscope: \d+ samples in \/.*\n$/,
    );
    const [file, ...others] = out.files();
    expect(others).toEqual([]);
    expect(file).toMatch(/^job-\d{8}-\d{6}-\d+\.stackscope$/);
    const { functions, culprit, processes } = await reportOf(join(out.path, file));
    expect(culprit?.name).toBe('burn');
    // It runs for one second, from the program's first line on.
    const { totalMs } = functions.find(({ name }) => name === 'burn')!;
    expect(totalMs).toBeGreaterThan(900);
    expect(processes[0].exit).toBe(exit);
  });

  it('between two signals, as often as they come', async () => {
    const out = folder(`signal-${version}`);
    const env = { STACKSCOPE_SIGNAL: 'SIGUSR2', STACKSCOPE_FILE: out.path };
    const server = new Server(version, ['1', 'server'], env);
    await server.says('done\n');
    for (let time = 1; time <= 2; time++) {
      server.child.kill('SIGUSR2');
      await server.says(`recording process ${server.child.pid} into`, time);
      await sleep(700);
      server.child.kill('SIGUSR2');
      await server.says(' samples in ', time);
      expect(out.files()).toHaveLength(time);
    }
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual([null, 'SIGTERM']);
    for (const file of out.files()) expect((await reportOf(join(out.path, file))).culprit?.name).toBe('burn');
  });

  it('to its end by a signal, which the program may listen to itself', async () => {
    const out = folder(`ended-${version}`);
    const env = { V8PROFILE: '1', STACKSCOPE_FILE: out.path };
    const plain = new Server(version, ['300', 'server'], env);
    const listening = new Server(version, ['300', 'server', 'handler'], env);
    await Promise.all([plain.says('done\n'), listening.says('done\n')]);
    for (const { child } of [plain, listening]) child.kill('SIGTERM');
    expect(await plain.ended).toEqual([null, 'SIGTERM']);
    expect(await listening.ended).toEqual([5, null]);
    expect(listening.words).toContain('heard');
    expect(out.files()).toHaveLength(2);
    for (const file of out.files()) expect((await reportOf(join(out.path, file))).culprit?.name).toBe('burn');
  });
});

describe('what a program sees of stackscope/agent/auto', () => {
  it('nothing, when it is not asked to do anything', async () => {
    const source = 'console.log(process.eventNames().length, process.listenerCount("exit"))';
    const plain = await node('22', ['-e', source]);
    expect(await node('22', ['--require', 'stackscope/agent/auto', '-e', source])).toEqual(plain);
  });

  it('one line, when it is asked for what cannot be', async () => {
    const auto = ['--require', 'stackscope/agent/auto', '-p', '1'];
    const nowhere = await node('22', auto, { V8PROFILE: '1', STACKSCOPE_FILE: '/nowhere/x.stackscope' });
    expect(nowhere).toMatchObject({ code: 0, stdout: '1\n' });
    expect(nowhere.stderr).toMatch(/^stackscope: no recording: \/nowhere\/x\.stackscope cannot be written: /);
    const wrong = await node('22', auto, { STACKSCOPE_SIGNAL: 'SIGNOPE' });
    expect(wrong).toMatchObject({ code: 0, stdout: '1\n' });
    expect(wrong.stderr).toBe('stackscope: STACKSCOPE_SIGNAL=SIGNOPE is no signal: give one like SIGUSR2\n');
    const kill = await node('22', auto, { STACKSCOPE_SIGNAL: 'SIGKILL' });
    expect(kill.stderr).toMatch(/^stackscope: SIGKILL cannot be listened to: /);
  });

  it('a recording that can be recovered, when it is killed', async () => {
    const out = folder('killed');
    const env = { V8PROFILE: '1', STACKSCOPE_FILE: join(out.path, 'x.cpuprofile') };
    const server = new Server('22', ['3500', 'server'], env);
    await server.says('done\n');
    server.child.kill('SIGKILL');
    await server.ended;
    const [part, ...others] = out.files();
    expect(others).toEqual([]);
    expect(part).toMatch(/^x\.cpuprofile\.stackscope\.\d+\.part$/);
    const saved = join(out.path, 'saved.stackscope');
    await stackscope('recover', join(out.path, part), '-o', saved);
    expect((await reportOf(saved)).culprit?.name).toBe('burn');
  });
});

/** The job with the preload, running on. */
class Server {
  words = '';
  readonly child: ChildProcess;
  readonly ended: Promise<unknown[]>;

  constructor(version: NodeVersion, args: string[], env: NodeJS.ProcessEnv) {
    const auto = ['--import', 'stackscope/agent/auto', 'job.cjs'];
    this.child = spawn(nodeBinary(version), [...auto, ...args], {
      cwd: app,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (text) => {
        this.words += text;
      });
    }
    this.ended = once(this.child, 'close');
  }

  async says(words: string, times = 1): Promise<void> {
    while (this.words.split(words).length <= times) await sleep(20);
  }
}

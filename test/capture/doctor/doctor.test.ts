import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import schema from '../../../docs/doctor.schema.json' with { type: 'json' };
import type { Check } from '../../../src/capture/doctor/check.js';
import type { Diagnosis } from '../../../src/capture/doctor/diagnose.js';
import { diagnosisLines } from '../../../src/cli/doctor/diagnosis-text.js';
import { textWidth } from '../../../src/cli/terminal.js';
import { COMMAND, run, scratchDirectory, stackscope } from '../../e2e/stackscope.js';
import { Target } from '../attach/targets.js';
import { NODES } from '../v8/launch.js';

const isValid = new Ajv2020({ strict: false }).compile(schema);
const scratch = scratchDirectory();
afterAll(() => scratch.remove());
const ROOT = process.geteuid?.() === 0;
/** Where neither perf nor any other tool is. */
const NO_TOOLS = { ...process.env, PATH: '/nonexistent' };

interface Answer extends Diagnosis {
  readonly code: number | null;
}

async function doctor(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Answer> {
  const { stdout, code } = await stackscope(['doctor', '--json', ...args], { env });
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  expect(isValid(diagnosis), JSON.stringify(isValid.errors)).toBe(true);
  return { ...diagnosis, code };
}

function check({ checks }: Diagnosis, id: string): Check {
  return checks.find((each) => each.id === id)!;
}

describe('what can be recorded here', () => {
  it('is said, with one command for each thing that is missing', async () => {
    const found = await doctor([]);
    expect(found).toMatchObject({ process: null, works: true, code: 0 });
    expect(check(found, 'v8-launch').state).toBe('works');
    for (const { id, state, cure } of found.checks) {
      if (state === 'works') expect(cure, id).toBe(null);
      else if (id !== 'proc-sys') expect(cure, id).toMatch(/^\S+ .*\S$/);
    }
  });

  it('is told without any tool: V8 alone, and how to have them', async () => {
    const found = await doctor([], NO_TOOLS);
    expect(found).toMatchObject({ works: true, code: 0 });
    for (const [id, word] of [
      ['perf', /install \S*(perf|linux-tools)/],
      ['bpftrace', /install bpftrace/],
      ['nsenter', /install util-linux/],
    ] as const) {
      expect(check(found, id)).toMatchObject({ state: 'missing', cure: expect.stringMatching(word) });
    }
  });

  it.runIf(ROOT)('is less for a user without rights', async () => {
    const user = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, COMMAND];
    const { stdout, code } = await run('setpriv', [...user, 'doctor', '--json'], { cwd: '/' });
    const found = JSON.parse(stdout) as Diagnosis;
    expect(isValid(found), JSON.stringify(isValid.errors)).toBe(true);
    expect(code).toBe(0);
    const level = Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8'));
    expect(check(found, 'perf').state).toBe(level > 2 ? 'refused' : level > 1 ? 'limited' : 'works');
    expect(check(found, 'nsenter')).toMatchObject({ state: 'refused', cure: 'sudo stackscope ps' });
    expect(check(found, 'jitdump')).toMatchObject({ state: 'missing', cure: 'cd /tmp' });
  });
});

describe.each(NODES)('what can be done to a process of Node %i', (version) => {
  it('is said of one that can be attached to, and names JavaScript for perf', async () => {
    const log = ['--no-logfile-per-isolate', `--logfile=${join(scratch.path, 'v8.log')}`];
    const flags = ['--inspect-port=0', '--perf-basic-prof', '--enable-source-maps', ...log];
    await using target = await Target.start(version, ['quiet'], flags);
    const found = await doctor(['-p', String(target.pid)]);
    expect(found).toMatchObject({ process: { pid: target.pid }, works: true, code: 0 });
    expect(check(found, 'v8-attach').state).toBe('works');
    expect(check(found, 'perf-map').detail).toBe(`it writes them to /tmp/perf-${target.pid}.map`);
    expect(check(found, 'source-maps').detail).toContain('--enable-source-maps');
    expect(target.stderr).toBe('');
    rmSync(`/tmp/perf-${target.pid}.map`);
  });
});

describe('what cannot be done to a process', () => {
  it('is said with the reason and the command; the exit code is 1 when nothing can', async () => {
    await using deaf = await Target.start(24, ['quiet'], ['--disable-sigusr1']);
    const found = await doctor(['-p', String(deaf.pid)], NO_TOOLS);
    expect(found).toMatchObject({ works: false, code: 1 });
    expect(check(found, 'v8-attach')).toMatchObject({
      ...{ state: 'refused', cure: 'stackscope record -- COMMAND' },
      detail: expect.stringContaining('--disable-sigusr1'),
    });
    expect(check(found, 'perf-map')).toMatchObject({
      state: 'missing',
      cure: "NODE_OPTIONS='--perf-basic-prof --interpreted-frames-native-stack' COMMAND",
    });
    await using stopped = await Target.start(22, ['quiet']);
    stopped.child.kill('SIGSTOP');
    const frozen = await doctor(['-p', String(stopped.pid)], NO_TOOLS);
    expect(check(frozen, 'v8-attach').cure).toBe(`kill -CONT ${stopped.pid}`);
    for (const [more, words] of [
      [[], 'which keeps its inspector shut'],
      [['--allow-inspector'], 'which keeps our thread out'],
    ] as const) {
      const flags = ['--permission', '--allow-fs-read=*', ...more];
      await using locked = await Target.start(26, ['quiet'], flags);
      const kept = await doctor(['-p', String(locked.pid)], NO_TOOLS);
      expect(check(kept, 'v8-attach').detail).toContain(`runs with --permission, ${words}`);
    }
  });

  it('is told of a port that another process has', async () => {
    await using other = await Target.start(22, ['quiet'], ['--inspect=0']);
    const port = /:(\d+)\//.exec(other.stderr)?.[1] ?? '';
    expect(port).not.toBe('');
    await using target = await Target.start(24, ['quiet'], [`--inspect-port=${port}`]);
    const found = await doctor(['-p', String(target.pid)]);
    expect(check(found, 'v8-attach')).toMatchObject({
      ...{ state: 'refused', cure: expect.stringContaining(`ss -ltnp 'sport = :${port}'`) },
      detail: `another process listens at port ${port}, where its inspector would be`,
    });
  });

  it('is a failure when there is no such process', async () => {
    const { code, stderr } = await stackscope(['doctor', '-p', String(2 ** 22 + 1)]);
    expect(stderr).toMatch(/^stackscope: There is no process 4194305: .*; stackscope ps lists/);
    expect(code).toBe(2);
  });
});

describe('the words of a diagnosis', () => {
  const diagnosis: Diagnosis = {
    process: null,
    works: true,
    checks: [
      {
        id: 'perf',
        group: 'engine',
        name: 'perf',
        state: 'missing',
        detail: 'perf is not installed',
        cure: 'apt-get install linux-perf',
      },
      {
        id: 'v8-launch',
        group: 'engine',
        name: "V8's profiler",
        state: 'works',
        detail: 'JavaScript of programs that stackscope starts, whatever they are called',
        cure: null,
      },
      {
        id: 'libc-symbols',
        group: 'names',
        name: 'libc',
        state: 'limited',
        detail: 'some\u001b[2J',
        cure: null,
      },
    ],
  };

  it('fit the width, and show what is from elsewhere', () => {
    const lines = diagnosisLines(diagnosis, 'stackscope here', 60, (_, text) => text);
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      stackscope here

      Engines: one is enough
        ✗ perf           perf is not installed
                         → apt-get install linux-perf
        ✓ V8's profiler  JavaScript of programs that stackscope
                         starts, whatever they are called

      Names
        ~ libc           some\\x1b[2J

      Probes

      Access
      "
    `);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(60);
  });
});

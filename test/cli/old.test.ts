import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'test/fixtures/cpuprofilify');
const CPUPROFILE = join(ROOT, 'test/fixtures/cpuprofile/node-22/shapes.cpuprofile');
const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'old-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], input: string | Buffer = '') {
  return spawnSync(process.execPath, [join(ROOT, bin[command]), ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

const perf = readFileSync(join(FIXTURES, 'perf-script.txt'), 'utf8');
const dtrace = readFileSync(join(FIXTURES, 'dtrace.resolved.stack'), 'utf8');

interface OldNode {
  readonly functionName: string;
  readonly hitCount: number;
  readonly children: readonly OldNode[];
}

interface NewNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly lineNumber: number };
  readonly hitCount: number;
  readonly children?: readonly number[];
}

/** How many samples each stack has, from the outermost function on; one line a stack. */
type Stacks = Map<string, number>;

function oldStacks(name: string): Stacks {
  const { head } = JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as { head: OldNode };
  const stacks: Stacks = new Map();
  const pending: [OldNode, string[]][] = head.children.map((node) => [node, []]);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, above] = next;
    const path = [...above, plainName(node.functionName)];
    if (node.hitCount > 0) add(stacks, path, node.hitCount);
    for (const child of node.children) pending.push([child, path]);
  }
  return stacks;
}

function newStacks(text: string): Stacks {
  const { nodes } = JSON.parse(text) as { nodes: NewNode[] };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stacks: Stacks = new Map();
  const pending: [NewNode, string[]][] = [[nodes[0], []]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [{ callFrame, hitCount, children = [] }, above] = next;
    const path = [...above, plainName(callFrame.functionName)];
    if (hitCount > 0 && callFrame.functionName !== '(idle)') add(stacks, path.slice(1), hitCount);
    for (const child of children) pending.push([byId.get(child)!, path]);
  }
  return stacks;
}

/**
 * What both tools tell of a function, in one way. The old one kept V8's marks of tiers, the library of a symbol of
 * macOS and the ` native` of V8's own scripts in the name; ours has marks of stacks that lost their callers.
 */
function plainName(name: string): string {
  return name
    .replace(/^~\*\s*/, '')
    .replace(/^[\w.]+`/, '')
    .replace(/^<anonymous>$/, '')
    .replace(/\s*\bnative\b.*$/, '')
    .trim();
}

function add(stacks: Stacks, path: readonly string[], count: number): void {
  const line = path.filter((name) => name !== '(truncated)' && name !== '(broken)').join(';');
  stacks.set(line, (stacks.get(line) ?? 0) + count);
}

const sum = (stacks: Stacks) => [...stacks.values()].reduce((total, count) => total + count, 0);

/** Those of `stacks` that `others` has too, with as many samples. */
const shared = (stacks: Stacks, others: Stacks) =>
  sum(new Map([...stacks].map(([line, count]) => [line, Math.min(count, others.get(line) ?? 0)])));

describe('cpuprofilify', () => {
  it('has the stacks and totals of the old command, of DTrace', () => {
    const { status, stdout } = run('cpuprofilify', [], dtrace);
    expect(status).toBe(0);
    const [before, after] = [oldStacks('dtrace.resolved.cpuprofile'), newStacks(stdout)];
    expect(sum(after)).toBe(47);
    // `--v8gc` says that garbage collection is kept; the old command kept of it what is called `Heap::Scavenge` alone.
    const alone: Stacks = new Map();
    const collects = /^v8::internal::Heap::(?:Collect|Perform)Garbage/;
    for (const [line, count] of after)
      add(
        alone,
        line.split(';').filter((name) => !collects.test(name)),
        count,
      );
    expect(alone).toEqual(before);
  });

  it('has those of perf script, but for what the old command had wrong', () => {
    const { stdout } = run('cpuprofilify', [], perf);
    const [before, after] = [oldStacks('perf-script.cpuprofile'), newStacks(stdout)];
    // A stack of nothing but `[unknown]` was kept: only `0x…` was taken for an address without a name.
    expect([...before.keys()].filter((line) => line.replace(/\[unknown\];?/g, '') === '')).toHaveLength(1);
    expect(sum(before)).toBe(54);
    expect(sum(after)).toBe(53);
    // An `[unknown]` is its caller's time now, as an address is; and of garbage collection the old command kept
    // `Heap::Scavenge` alone and gave the rest of it to JavaScript, as three samples show.
    const cured: Stacks = new Map();
    for (const [line, count] of before)
      add(
        cured,
        line.split(';').filter((name) => name !== '[unknown]'),
        count,
      );
    expect(sum(after) - shared(after, cured)).toBeLessThanOrEqual(3);
    for (const [line] of after) if (!cured.has(line)) expect(line).toMatch(/v8::internal::Heap::/);
  });

  it('gives the time of what is hidden to its caller, and says how much', () => {
    const { stdout, stderr } = run('cpuprofilify', ['--shortStack'], perf);
    expect(sum(newStacks(stdout))).toBe(62);
    expect(stderr).toMatch(/^Folded into callers: 47 cpu-clock:u \(75\.8 %\); --verbose says whose\.\n$/);
  });

  it('leaves out stacks of one line unless --shortStack is set, and says how many', () => {
    const { stderr } = run('cpuprofilify', [], perf);
    expect(stderr).toMatch(
      /^Left out: 9 samples \(14\.5 %\) whose stack has only one line; --shortStack keeps them\.$/m,
    );
  });

  test.each([
    [['--v8internals'], /"v8::internal::Invoke\(/],
    [['--sysinternals'], /"__libc_start_main"/],
    [['--unresolveds'], /"\[unknown\]"|"\[libc-2\.19\.so\]"/],
  ])('%j keeps them, and nothing else does', (flags, pattern) => {
    expect(run('cpuprofilify', flags, perf).stdout).toMatch(pattern);
    expect(run('cpuprofilify', [...flags, flags[0].replace('--', '--no')], perf).stdout).not.toMatch(pattern);
    expect(run('cpuprofilify', [], perf).stdout).not.toMatch(pattern);
  });

  it('keeps garbage collection unless --nov8gc is set', () => {
    expect(run('cpuprofilify', [], perf).stdout).toMatch(/v8::internal::Heap::/);
    expect(run('cpuprofilify', ['--nov8gc'], perf).stdout).not.toMatch(/v8::internal::Heap::/);
  });

  it('puts the marks of tiers before names with --optimizationinfo', () => {
    const names = (...flags: string[]) =>
      (JSON.parse(run('cpuprofilify', flags, perf).stdout) as { nodes: NewNode[] }).nodes.map(
        ({ callFrame }) => callFrame.functionName,
      );
    expect(names('--optimizationinfo')).toContain('~startup');
    expect(names()).toContain('startup');
    expect(names()).not.toContain('~startup');
  });

  it('reads its input as --type says', () => {
    expect(run('cpuprofilify', ['--type', 'dtrace'], dtrace).status).toBe(0);
    const wrong = run('cpuprofilify', ['--type', 'perf'], readFileSync(CPUPROFILE));
    expect(wrong.stderr).toMatch(/^cpuprofilify: [^\n]*\.\n$/);
    expect(wrong.status).toBe(1);
    expect(run('cpuprofilify', ['--type', 'xctrace'], perf).status).toBe(2);
  });

  it('names addresses by --map', () => {
    const text = [
      'node 7 1000: profile-1ms:',
      '              0x36197f706425',
      '              node`uv_run+0x1',
      '',
      '',
    ].join('\n');
    writeFileSync(join(folder, 'perf-7.map'), '36197f706400 100 LazyCompile:*hot /app/a.js:3\n');
    const hidden = newStacks(run('cpuprofilify', ['--shortStack'], text).stdout);
    expect([...hidden.keys()]).toEqual(['uv_run']);
    const named = newStacks(run('cpuprofilify', ['--map', 'perf-7.map'], text).stdout);
    expect([...named.keys()]).toEqual(['uv_run;hot']);
    const missing = run('cpuprofilify', ['--map', 'none.map'], text);
    expect(missing.stderr).toMatch(/^cpuprofilify: none\.map cannot be read: [^\n]*\.\n$/);
    expect(missing.status).toBe(1);
  });

  it('writes the tree of old with --legacy', () => {
    const { head } = JSON.parse(run('cpuprofilify', ['--legacy'], dtrace).stdout) as { head: OldNode };
    expect(head.functionName).toBe('(root)');
    expect(head.children.length).toBeGreaterThan(0);
  });
});

describe('traceviewify', () => {
  const events = (args: readonly string[], input: string | Buffer) => {
    const { stdout, status } = run('traceviewify', args, input);
    expect(status).toBe(0);
    const { traceEvents } = JSON.parse(stdout) as {
      traceEvents: { ph: string; cat?: string; pid: number; tid: number; ts: number; name?: string }[];
    };
    return traceEvents;
  };

  it('has the true times of a .cpuprofile, and layers as categories', () => {
    const text = readFileSync(CPUPROFILE);
    const { startTime, endTime } = JSON.parse(text.toString()) as { startTime: number; endTime: number };
    const slices = events([], text).filter(({ ph }) => ph === 'B' || ph === 'E');
    const times = slices.map(({ ts }) => ts);
    const span = Math.max(...times) - Math.min(...times);
    expect(span / (endTime - startTime)).toBeGreaterThan(0.5);
    expect(span).toBeLessThanOrEqual(endTime - startTime);
    expect(new Set(slices.map(({ cat }) => cat))).toContain('application');
  });

  it('writes the ids that --pid and --tid name', () => {
    const slices = events(['--pid', '12', '--tid', '34'], readFileSync(CPUPROFILE)).filter(
      ({ ph }) => ph === 'B',
    );
    expect(new Set(slices.map(({ pid, tid }) => `${pid} ${tid}`))).toEqual(new Set(['12 34']));
  });

  it('takes a tree of before 2016', () => {
    const old = readFileSync(join(FIXTURES, 'perf-script.cpuprofile'));
    expect(events([], old).filter(({ ph }) => ph === 'B').length).toBeGreaterThan(100);
  });
});

describe('flamegraph', () => {
  it('draws what perf script printed, its options as given', () => {
    const options = [
      '--title',
      'Old & new',
      '--imagewidth',
      '900',
      '--frameheight',
      '20',
      '--fontsize',
      '14',
    ];
    const more = [
      '--fonttype',
      'Courier',
      '--countname',
      'ticks',
      '--nametype',
      'Fn:',
      '--bgcolor1',
      '#123456',
    ];
    const { status, stdout } = run('flamegraph', [...options, ...more], perf);
    expect(status).toBe(0);
    for (const part of [
      'Old &amp; new',
      'width="900"',
      'data-row="20"',
      'font-size="14"',
      'Courier',
      '62 ticks (100.0 %)',
      'data-name="Fn:"',
      '#123456',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).not.toContain('v8::internal::Invoke');
    expect(run('flamegraph', ['--internals'], perf).stdout).toContain('v8::internal::Invoke');
  });

  it('reads -f and writes -o, in the type of -t', () => {
    const done = run('flamegraph', ['-t', 'cpuprofile', '-f', CPUPROFILE, '-o', 'out.svg']);
    expect(done).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(folder, 'out.svg'), 'utf8')).toMatch(/^<\?xml/);
    expect(run('flamegraph', ['-t', 'perf', '-f', CPUPROFILE]).status).toBe(1);
  });

  it('says of options that cannot be kept that they do nothing', () => {
    const { status, stderr } = run('flamegraph', ['--timemax', '5', '--hash', 'true'], perf);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^--timemax does nothing, see --help\.\n--hash does nothing, see --help\.\n/);
  });
});

describe('profile_1ms', () => {
  it('needs a process or a command, and a place to write to', () => {
    for (const args of [[], ['-p', '1', '-c', 'node']]) {
      const { status, stderr } = run('profile_1ms', args);
      expect(stderr).toBe(
        'profile_1ms: name a process with -p or a command with -c; see profile_1ms --help.\n',
      );
      expect(status).toBe(2);
    }
  });
});

test.each(Object.keys(bin).filter((name) => name !== 'stackscope' && name !== 'rjs'))(
  '%s --help tells of the old options and of today’s way, in 80 columns; other options are refused',
  (name) => {
    const { status, stdout } = run(name, ['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('stackscope');
    expect(stdout).toMatch(/today's way/i);
    const old = {
      cpuprofilify: [
        '--unresolveds',
        '--nosysinternals',
        '--v8internals',
        '--nov8gc',
        '--shortStack',
        '--optimizationinfo',
        '--type',
        '--map',
      ],
      traceviewify: ['--pid', '--tid', 'cpu'],
      flamegraph: [
        '-t',
        '-f',
        '-o',
        '-m',
        '--fonttype',
        '--fontsize',
        '--imagewidth',
        '--frameheight',
        '--fontwidth',
        '--minwidth',
        '--countname',
        '--colors',
        '--bgcolor1',
        '--bgcolor2',
        '--timemax',
        '--factor',
        '--hash',
        '--titletext',
        '--nametype',
        '--removenarrows',
        '--internals',
        '--optimizationinfo',
      ],
      profile_1ms: ['-p', '-c', '-x'],
    }[name]!;
    for (const option of old) expect(stdout).toContain(option);
    const refused = run(name, ['--nonsense']);
    expect(refused.stderr).toBe(`${name}: unknown option '--nonsense'; see ${name} --help\n`);
    expect(refused.status).toBe(2);
  },
);

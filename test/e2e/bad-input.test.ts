import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asBigEndian } from '../formats/perf-data/big-endian.js';
import { COMMAND, type Finished, nodeBinary, run, scratchDirectory, stackscope } from './stackscope.js';

const scratch = scratchDirectory();
/** What is read, and the folder the commands run in: whatever appears in it was left there. */
const inputs = join(scratch.path, 'inputs');
const folder = join(scratch.path, 'folder');
const temporary = join(scratch.path, 'temporary');
const input = (name: string) => join(inputs, name);

const FIXTURES = join(import.meta.dirname, '../fixtures');
const fixture = (name: string) => gunzipSync(readFileSync(join(FIXTURES, `perf/6.1/${name}.data.gz`)));

/** Each command that reads a file, as far as it does nothing else. */
const READERS = {
  report: ['report'],
  convert: ['convert', '-f', 'folded', '-o', 'out.folded'],
  inspect: ['inspect'],
  recover: ['recover', '-o', 'out.stackscope'],
} as const;
const readers = Object.entries(READERS);

/** Bytes of `bytes` with others from `offset` on. */
function patched(bytes: Uint8Array, offset: number, values: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, offset);
  return copy;
}

beforeAll(async () => {
  mkdirSync(inputs);
  mkdirSync(folder);
  mkdirSync(temporary);
  chmodSync(scratch.path, 0o755);
  // Also for a user who is nobody.
  chmodSync(folder, 0o777);
  const perfData = fixture('file');
  const write = (name: string, bytes: string | Uint8Array) => writeFileSync(input(name), bytes);
  write('whole.data', perfData);
  await stackscope(['convert', input('whole.data'), '-o', input('whole.stackscope')]);
  const recording = readFileSync(input('whole.stackscope'));
  const profile = readFileSync(join(FIXTURES, 'cpuprofile/node-24/shapes.cpuprofile'));
  write('empty', '');
  write('a.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  write('a.html', '<!doctype html><html><title>404</title></html>');
  write('garbage', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 3)));
  write('newer.stackscope', patched(recording, 8, [99]));
  write('secret', recording);
  chmodSync(input('secret'), 0o600);
  write('bomb.gz', gzipSync(Buffer.concat([profile.subarray(0, 2000), Buffer.alloc(200e6, 0x20)])));
  write('cut.gz', gzipSync(perfData).subarray(0, 3000));
  write('counts.data', patched(perfData, 32, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]));
  write('attr-size.data', patched(perfData, 16, [0xff, 0xff, 0xff, 0x7f]));
  write('swapped.data', asBigEndian(fixture('tiny')));
  const machine = perfData.indexOf('x86_64\0');
  write('arm64.data', patched(perfData, machine, [...Buffer.from('aarch64\0')]));
  execFileSync('mkfifo', [input('silent')]);
});

afterAll(() => scratch.remove());

const environment = { ...process.env, TMPDIR: temporary };
const inFolder = (args: readonly string[]) => stackscope(args, { cwd: folder, env: environment });

/** One line that says what and what to do, no trace of our insides, and nothing left where it ran. */
function expectSentence({ stderr, stdout }: Finished, words: RegExp): void {
  expect(stderr).toMatch(/^stackscope: [^\n]+[.)p]\n$/);
  expect(stderr).not.toMatch(/ at .*:\d+:\d+|this should not have happened|undefined|NaN|\[object/);
  expect(stderr).toMatch(words);
  expect(stdout).toBe('');
  expect(readdirSync(folder)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
}

describe.each(readers)('%s', (_, args) => {
  test.each([
    ['missing', /missing cannot be read: there is no such file\./],
    ['.', /inputs\/?\.? is a directory: name the recording in it\./],
    ['empty', /empty is empty: there is nothing to read\./],
    [
      'a.png',
      /a\.png (seems to be a PNG image, and is nothing that stackscope reads:|is not a \.stackscope recording:) /,
    ],
    [
      'a.html',
      /a\.html (seems to be an HTML page, and is nothing that stackscope reads:|is not a \.stackscope recording:) /,
    ],
    [
      'garbage',
      /garbage (seems to be binary data of another kind, and is nothing that stackscope reads:|is not a \.stackscope recording:) /,
    ],
    ['newer.stackscope', /has version 99 of the \.stackscope format .*: update stackscope\./],
    ['bomb.gz', /bomb\.gz unpacks to more than 250 times its size: unpack it yourself if you trust it\./],
    ['cut.gz', /cut\.gz (cannot be unpacked: .*; fetch or pack it again|is not a \.stackscope)/],
  ])('refuses %s', async (name, words) => {
    const done = await inFolder([...args, join(inputs, name)]);
    expectSentence(done, words);
    expect(done.code).toBe(1);
  });

  test('refuses an empty standard input', async () => {
    const done = await inFolder([...args, '-']);
    expectSentence(done, /standard input is empty: there is nothing to read\./);
    expect(done.code).toBe(1);
  });

  test('refuses what another user may not read', async () => {
    const as = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, COMMAND];
    const done = await run('setpriv', [...as, ...args, input('secret')], { cwd: folder });
    expectSentence(done, /secret cannot be read: you may not read it\./);
    expect(done.code).toBe(1);
  });
});

test('a pipe that nothing writes to is given up', async () => {
  const all = await Promise.all(readers.map(([, args]) => inFolder([...args, input('silent')])));
  for (const done of all) {
    expectSentence(done, /silent is a pipe that nothing wrote to for 10 s: start first what writes to it\./);
    expect(done.code).toBe(1);
  }
});

test('a pipe that is written to late is read', async () => {
  const script = 'mkfifo late; (sleep 1; cat "$1" > late) & shift; "$@"; status=$?; rm late; exit $status';
  const command = [process.execPath, COMMAND, 'report', '--by', 'layer', 'late'];
  const done = await run('sh', ['-c', script, 'sh', input('whole.data'), ...command], { cwd: folder });
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toMatch(/kernel/);
});

describe('a perf.data', () => {
  test.each([
    ['counts.data', /counts\.data: the header at byte \d+ tells of .*; the file is damaged, record again\./],
    [
      'attr-size.data',
      /attr-size\.data: the header at byte 16 tells of .*; the file is damaged, record again\./,
    ],
  ])('with absurd counts is refused: %s', async (name, words) => {
    for (const args of [READERS.report, READERS.convert, READERS.inspect]) {
      const done = await inFolder([...args, input(name)]);
      expectSentence(done, words);
      expect(done.code).toBe(1);
    }
  });

  test('of the other byte order holds the same samples', async () => {
    writeFileSync(input('tiny.data'), fixture('tiny'));
    const [little, big] = await Promise.all(
      ['tiny.data', 'swapped.data'].map((name) => inFolder(['report', '--json', input(name)])),
    );
    const { totals } = JSON.parse(little.stdout);
    expect(JSON.parse(big.stdout).totals).toEqual(totals);
    expect(totals.samples).toBeGreaterThan(10);
    expect(big.code).toBe(0);
  });

  test('of arm64 is read, and says that its names are elsewhere', async () => {
    const done = await inFolder(['report', '--json', input('arm64.data')]);
    const { totals, quality } = JSON.parse(done.stdout);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(totals.samples).toBeGreaterThan(10);
    expect(quality.notes).toContainEqual(
      expect.objectContaining({ code: 'PERF_DATA_OTHER_ARCH', message: expect.stringMatching(/aarch64/) }),
    );
  });

  const whole = fixture('file');
  const cuts = [1, 7, 8, 15, 16, 60, 103, 104, 200, 8000, 20_000, 38_000, whole.length - 1];
  test.each(cuts)('cut at byte %i is read up to there or refused', async (at) => {
    writeFileSync(input('cut.data'), whole.subarray(0, at));
    const report = await inFolder(['report', '--json', input('cut.data')]);
    if (report.code === 1) {
      expect(at).toBeLessThan(8000);
      expectSentence(report, /cut\.data/);
      return;
    }
    expect(report).toMatchObject({ code: 0, stderr: '' });
    const { totals, quality } = JSON.parse(report.stdout);
    expect(totals.samples).toBeGreaterThan(0);
    const isTail = at === whole.length - 1;
    expect(quality.notes.some(({ code }: { code: string }) => code === 'PERF_DATA_CUT')).toBe(!isTail);
  });
});

describe('a cut .stackscope', () => {
  test('is reported as far as it is whole, and recovered', async () => {
    const whole = readFileSync(input('whole.stackscope'));
    writeFileSync(input('cut.stackscope'), whole.subarray(0, -40));
    const report = await inFolder(['report', '--json', input('cut.stackscope')]);
    expect(report).toMatchObject({ code: 0, stderr: '' });
    const { quality } = JSON.parse(report.stdout);
    expect(quality.notes.map(({ code }: { code: string }) => code)).toContain('RECORDING_CUT');
    const recover = await inFolder(['recover', input('cut.stackscope'), '-o', '../saved.stackscope']);
    expect(recover.code).toBe(0);
    expect(recover.stderr).toMatch(/cut\.stackscope is whole up to byte \d+ of \d+: .*\.\nWrote \d/);
    const before = JSON.parse((await inFolder(['report', '--json', input('whole.stackscope')])).stdout);
    const after = JSON.parse((await inFolder(['report', '--json', '../saved.stackscope'])).stdout);
    expect(after.totals.samples).toBe(before.totals.samples);
    expect(after.functions).toEqual(before.functions);
  });

  test.each([1, 4, 8, 11])('cut at byte %i is refused', async (at) => {
    writeFileSync(input('short.stackscope'), readFileSync(input('whole.stackscope')).subarray(0, at));
    for (const [, args] of readers) {
      const done = await inFolder([...args, input('short.stackscope')]);
      expectSentence(done, /short\.stackscope/);
      expect(done.code).toBe(1);
    }
  });
});

describe('an output', () => {
  const writers: readonly (readonly string[])[] = [
    ['convert', 'whole.data', '-f', 'folded'],
    ['convert', 'whole.data', '-f', 'cpuprofile'],
    ['convert', 'whole.data', '-f', 'stackscope'],
    ['recover', 'whole.stackscope'],
  ];
  const written = (place: string, [command, name, ...rest]: readonly string[]) => [
    command,
    input(name),
    ...rest,
    '-o',
    place,
  ];

  test.each(writers)('that fills a small disk leaves nothing: %s %s %s %s', async (...args) => {
    const place = join(folder, 'disk');
    const script = `mkdir ${place}; mount -t tmpfs -o size=4k none ${place} || exit 99
      "$@"; status=$?; ls -A ${place}; umount ${place}; rmdir ${place}; exit $status`;
    const command = [process.execPath, COMMAND, ...written(join(place, 'out'), args)];
    const done = await run('unshare', ['--mount', 'sh', '-c', script, 'sh', ...command]);
    expectSentence(
      done,
      /out cannot be written: the disk is full; free some space or name another place with -o\./,
    );
    expect(done.code).toBe(1);
  });

  test('to standard output that is full is said', async () => {
    for (const args of [
      ['report', input('whole.data')],
      ['convert', input('whole.data'), '-f', 'folded'],
    ]) {
      const done = await run('sh', ['-c', '"$@" > /dev/full', 'sh', process.execPath, COMMAND, ...args]);
      expectSentence(done, /Standard output cannot be written: the disk is full/);
      expect(done.code).toBe(1);
    }
  });

  test.each([
    ['nowhere/out', /nowhere\/out cannot be written: there is no such folder; make it or name another/],
    ['.', /\. cannot be written: it is a folder; name a file in it/],
    ['/proc/out', /\/proc\/out cannot be written: /],
    [`${COMMAND}/out`, /out cannot be written: a part of its path is a file/],
  ])('that cannot be at %s is refused', async (place, words) => {
    for (const args of writers) {
      const done = await inFolder(written(place, args));
      expectSentence(done, words);
      expect(done.code).toBe(1);
    }
  });

  test('is never the input', async () => {
    symlinkSync(input('whole.data'), input('link'));
    const before = readFileSync(input('whole.data'));
    const same = [
      ['convert', input('whole.data'), '-f', 'folded', '-o', input('whole.data')],
      ['convert', input('link'), '-f', 'folded', '-o', input('whole.data')],
      ['recover', input('whole.stackscope'), '-o', input('whole.stackscope')],
    ];
    for (const args of same) {
      const done = await inFolder(args);
      expectSentence(done, /is the input itself: name another output with -o\./);
      expect(done.code).toBe(2);
    }
    expect(readFileSync(input('whole.data'))).toEqual(before);
  });

  test('that goes away (| head -1) ends the command in silence', async () => {
    for (const args of ['report', 'inspect --json', 'convert -f folded -o -', 'convert -f cpuprofile -o -']) {
      const script = `${process.execPath} ${COMMAND} ${args} ${input('whole.data')} | head -1; exit \${PIPESTATUS[0]}`;
      const done = await run('bash', ['-c', script], { cwd: folder });
      expect(done.stderr).toMatch(/^(?:(?:Not in|Wrote) .*\n)*$/);
      expect(done.code).toBe(0);
    }
  });
});

describe('the command line', () => {
  test.each([
    [['report'], /missing required argument 'file'; see stackscope --help/],
    [['convert', '-f', 'folded'], /missing required argument 'files'/],
    [['record'], /missing required argument 'command', or --pid; see stackscope record --help\./],
    [['raport', 'x'], /unknown command 'raport' \(Did you mean report\?\)/],
    [['frobnicate'], /unknown command 'frobnicate'; see stackscope --help/],
    [['report', 'x', '--jsn'], /unknown option '--jsn' \(Did you mean --json\?\)/],
    [['report', 'x', 'y'], /too many arguments for 'report'\. Expected 1 argument but got 2\./],
    [['report', 'x', '--by', '\x1b[31m'], /argument '\\x1b\[31m' is invalid\. Allowed choices are function,/],
    [['report', 'x', '--limit', '0'], /argument '0' is invalid\. A whole number from 1 is needed\./],
    [['convert', 'x', '-f', 'gprof'], /there is no format 'gprof' to write: choose one of .*folded/],
    [['convert', 'x', '-o', 'x.unknown'], /name the format with -f, one of .*, or by the suffix of -o\./],
    [['record', '-F', '0', 'true'], /argument '0' is invalid\. It must be a whole number from 1 to 100000\./],
    [['record', '-F', 'abc', 'true'], /argument 'abc' is invalid\. It must be a whole number/],
    [['record', '-F', '1e9', 'true'], /argument '1e9' is invalid\. It must be a whole number/],
    [['record', '-d', '-1', 'true'], /argument '-1' is invalid\. Give a time like 10, 500ms, 2m or 1h\./],
    [
      ['record', '--engine', 'magic', 'true'],
      /argument 'magic' is invalid\. Allowed choices are auto, perf, v8\./,
    ],
    [['record', '-o', '-', 'true'], /-o - is where the program's own output goes; name a file\./],
    [['record', '--keep', 'true'], /--keep needs --duration: how long to record\./],
  ])('%j is wrong usage', async (args, words) => {
    const done = await inFolder(args);
    expectSentence(done, words);
    expect(done.code).toBe(2);
  });

  test.each([
    [['--grep', '('], /--grep takes a regular expression; '\(' is none/],
    [['--layer', 'x'], /there is no layer 'x'; there are kernel, /],
    [['--thread', 'x'], /no thread has the id, role or name 'x'; --by thread lists them\./],
    [['--from', 'x'], /--from takes a time .*, not 'x'\./],
  ])('report %j cannot be meant', async (args, words) => {
    const done = await inFolder(['report', input('whole.stackscope'), ...args]);
    expectSentence(done, words);
    expect(done.code).toBe(2);
  });

  test('control characters of a file name are written out', async () => {
    const done = await inFolder(['report', 'a\x1b]0;owned\x07\n\u202e']);
    expectSentence(done, /a\\x1b\]0;owned\\x07\\n\\u202e cannot be read: there is no such file\./);
    expect(done.code).toBe(1);
  });
});

describe('record', () => {
  const node = nodeBinary('22');
  const spin = ['--', node, '-e', 'for (const end = Date.now() + 300; Date.now() < end; );'];

  test.each([
    [
      ['no-such-command'],
      127,
      /no-such-command was not found: it is in no folder of PATH; check its spelling/,
    ],
    [['./no/such'], 127, /\.\/no\/such was not found: there is no such file; check its spelling/],
    [['/'], 126, /\/ cannot be run: it is no executable file/],
    [
      [join(import.meta.dirname, '../programs/shares.mjs')],
      126,
      /shares\.mjs cannot be run: .*put node before it\./,
    ],
  ])('%j is not run', async (command, code, words) => {
    const done = await inFolder(['record', '--', ...command]);
    expectSentence(done, words);
    expect(done.code).toBe(code);
  });

  test.each([
    [join('nowhere', 'x'), /nowhere\/x cannot be written: there is no such folder/],
    ['/proc/x', /\/proc\/x cannot be written: /],
  ])('does not start the program when %s cannot be written', async (output, words) => {
    const done = await inFolder(['record', '-o', output, '--', node, '-e', 'console.log("started")']);
    expectSentence(done, words);
    expect(done.code).toBe(125);
  });

  test('says that perf is missing, or takes V8', async () => {
    const env = { ...environment, PATH: join(scratch.path, 'nothing') };
    const perf = await stackscope(['record', '--engine', 'perf', ...spin], { cwd: folder, env });
    expectSentence(perf, /perf is not installed; install it .*, or use --engine v8\./);
    expect(perf.code).toBe(125);
    const output = join(scratch.path, 'v8.stackscope');
    const auto = await stackscope(['record', '--no-report', '-o', output, ...spin], { cwd: folder, env });
    expect(auto.code).toBe(0);
    expect(auto.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^stackscope: recording process \d+ with V8's .*\(perf is not installed.*\)$/),
      expect.stringMatching(/^stackscope: \d+ samples in .*v8\.stackscope, /),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('works for a user without rights, and says what the kernel kept back', async () => {
    const as = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, COMMAND];
    const output = join(folder, 'nobody.stackscope');
    const done = await run('setpriv', [...as, 'record', '--no-report', '-o', output, ...spin], {
      cwd: folder,
    });
    expect(done.code).toBe(0);
    const { recording, quality } = JSON.parse((await inFolder(['report', '--json', output])).stdout);
    const paranoid = Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8'));
    const codes = quality.notes.map(({ code }: { code: string }) => code);
    expect(recording.engine).toBe(paranoid > 2 ? 'v8' : 'perf');
    expect(codes.includes('KERNEL_EXCLUDED')).toBe(paranoid === 2);
    expect(codes.includes('V8_ENGINE')).toBe(paranoid > 2);
    expect(readdirSync(folder)).toEqual(['nobody.stackscope']);
    rmSync(output);
  });
});

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProfile } from '../../src/cli/open-profile.js';
import { FORMATS } from '../../src/formats/index.js';
import { validate } from '../../src/profile/validate.js';
import { plain } from '../profile/plain-profile.js';

const ROOT = join(import.meta.dirname, '../..');
const COMMAND = join(ROOT, 'dist/cli/main.js');
const CPUPROFILE = join(ROOT, 'test/fixtures/cpuprofile/node-22/shapes.cpuprofile');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convert-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function convert(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'convert', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const samplesOf = (path: string) =>
  openProfile(path).then(({ series }) => series.reduce((sum, { sampleCount }) => sum + sampleCount, 0));

const counted = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)?.[1]), 0);

test('folded counts sum to the samples of a real recording; data and words go apart', async () => {
  const { status, stdout, stderr } = convert(CPUPROFILE, '-f', 'folded');
  const samples = await samplesOf(CPUPROFILE);
  expect(samples).toBeGreaterThan(20);
  expect(counted(stdout)).toBe(samples);
  expect(stderr).toMatch(
    /^Not in folded: times, weights, [a-z, ]+\.\nWrote [\d,]+ samples \([\d.]+ (?:kB|bytes)\)\.\n$/,
  );
  expect(status).toBe(0);
});

test('to .stackscope and back keeps the profile', async () => {
  expect(convert(CPUPROFILE, '-o', 'a.stackscope').status).toBe(0);
  const read = await openProfile(join(folder, 'a.stackscope'));
  validate(read);
  const original = plain(await openProfile(CPUPROFILE));
  // The file names the series' event in the table of texts too.
  expect(plain(read)).toEqual({ ...original, strings: [...original.strings, 'v8'] });
  expect(convert('a.stackscope', '-o', 'b.cpuprofile').status).toBe(0);
  expect(convert('b.cpuprofile', '-f', 'folded').stdout).toBe(convert(CPUPROFILE, '-f', 'folded').stdout);
});

test('the name of the file and how it is packed never change the result', async () => {
  const expected = convert(CPUPROFILE, '-f', 'folded').stdout;
  expect(convert(CPUPROFILE, '-o', 'a.stackscope').status).toBe(0);
  copyFileSync(join(folder, 'a.stackscope'), join(folder, 'x.cpuprofile'));
  writeFileSync(join(folder, 'packed'), gzipSync(readFileSync(join(folder, 'a.stackscope'))));
  for (const input of ['x.cpuprofile', 'packed'])
    expect(convert(input, '-f', 'folded').stdout).toBe(expected);
  const piped = execFileSync(process.execPath, [COMMAND, 'convert', '-', '-f', 'folded'], {
    input: readFileSync(join(folder, 'packed')),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  expect(piped).toBe(expected);
});

test('an output that was there is replaced at once, through a link too', async () => {
  writeFileSync(join(folder, 'old'), 'old');
  symlinkSync('old', join(folder, 'link.folded'));
  expect(convert(CPUPROFILE, '-o', 'link.folded').status).toBe(0);
  expect(counted(readFileSync(join(folder, 'old'), 'utf8'))).toBe(await samplesOf(CPUPROFILE));
  expect(readdirSync(folder).sort()).toEqual(['link.folded', 'old']);
});

test('a failure leaves what was there and no part of a file', () => {
  expect(convert(CPUPROFILE, '-o', 'a.stackscope').status).toBe(0);
  const damaged = readFileSync(join(folder, 'a.stackscope'));
  damaged[200] ^= 1;
  writeFileSync(join(folder, 'a.stackscope'), damaged);
  writeFileSync(join(folder, 'out.folded'), 'as before');
  const { status, stderr } = convert('a.stackscope', '-o', 'out.folded');
  expect(stderr).toMatch(
    /^stackscope: a\.stackscope is damaged at byte \d+: `stackscope recover` saves [^\n]*\.\n$/,
  );
  expect(status).toBe(1);
  expect(readFileSync(join(folder, 'out.folded'), 'utf8')).toBe('as before');
  expect(readdirSync(folder).sort()).toEqual(['a.stackscope', 'out.folded']);
});

test.each([
  [['nothing.here', '-f', 'folded'], 1, 'nothing.here cannot be read: there is no such file.'],
  [['.', '-f', 'folded'], 1, '. is a directory: name the recording in it.'],
  [['/dev/null', '-f', 'folded'], 1, '/dev/null is empty: there is nothing to read.'],
  [
    [COMMAND, '-f', 'folded'],
    1,
    'main.js seems to be a script, and is nothing that stackscope reads: that is ',
  ],
  [['-f', 'folded'], 2, "missing required argument 'files'"],
  [[CPUPROFILE, '-f', 'folded', '--merge'], 2, '--merge needs several files'],
  [['-', '-', '-f', 'folded'], 2, 'standard input can be read only once'],
  [
    [CPUPROFILE, '-f', 'folded', '--from', 'svg'],
    2,
    "there is no format 'svg' to read: choose one of stackscope, ",
  ],
  [[CPUPROFILE, '-f', 'perf-data'], 2, "there is no format 'perf-data' to write"],
  [
    [CPUPROFILE, '-f', 'folded', '--hide', 'v8,nothing'],
    2,
    "--hide knows no 'nothing'; there are v8internals, ",
  ],
  [
    [CPUPROFILE, '-f', 'folded', '--collapse', 'all'],
    2,
    "--collapse knows no 'all'; there are package, recursion, ",
  ],
  [[CPUPROFILE, '-f', 'folded', '--focus', '('], 2, "--focus takes a regular expression; '(' is none"],
  [[CPUPROFILE, '-f', 'folded', '--from', 'perf-data'], 1, 'not a perf.data file'],
  [[CPUPROFILE, '-f', 'nonsense'], 2, "there is no format 'nonsense' to write: choose one of stackscope, "],
  [[CPUPROFILE], 2, 'name the format with -f, one of stackscope, '],
  [[CPUPROFILE, '-o', 'a.txt'], 2, 'name the format with -f, one of stackscope, '],
  [[CPUPROFILE, '-o', 'no/such/a.folded'], 1, 'no/such/a.folded cannot be written: there is no such folder'],
  [[CPUPROFILE, '-f', 'folded', '-o', '/dev/full'], 1, '/dev/full cannot be written: the disk is full'],
])('%j ends with %i and one sentence', (args, code, message) => {
  const { status, stdout, stderr } = convert(...args);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^stackscope: [^\n]*\.\n$/);
  expect(stdout).toBe('');
  expect(status).toBe(code);
});

test('a reader that goes away is no failure', async () => {
  const pipe = `'${process.execPath}' '${COMMAND}' convert '${CPUPROFILE}' -f cpuprofile -o -`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${pipe} | head -c 5; echo " \${PIPESTATUS[0]}"`], {
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^\{"nod 0\n$/);
  expect(stderr).not.toContain('EPIPE');
});

test('a signal leaves no part of a file', async () => {
  const child = spawn(process.execPath, [COMMAND, 'convert', '-', '-o', 'a.stackscope'], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.write('PERFILE2');
  while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(readdirSync(folder)).toEqual([`a.stackscope.${child.pid}.part`]);
  child.kill('SIGTERM');
  const signal = await new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
  expect(signal).toBe('SIGTERM');
  expect(readdirSync(folder)).toEqual([]);
});

describe('several recordings', () => {
  test('stay apart, or are summed up, and either is said', () => {
    const both = [CPUPROFILE, CPUPROFILE.replace('22', '24')];
    const apart = convert(...both, '-f', 'folded');
    expect(apart.stderr).toMatch(
      /^2 recordings side by side, each with its own processes; --merge sums them up\.$/m,
    );
    const merged = convert(...both, '-f', 'folded', '--merge');
    expect(merged.stderr).toMatch(/^Summed up 2 recordings: processes of the same command are one\.$/m);
    expect(counted(apart.stdout)).toBe(counted(merged.stdout));
    expect(counted(apart.stdout)).toBe(
      both.map((each) => counted(convert(each, '-f', 'folded').stdout)).reduce((a, b) => a + b),
    );
    expect(merged.stdout.split('\n').length).toBeLessThan(apart.stdout.split('\n').length + 1);
  });
});

test('a view is said, noted in what is written, and leaves the recording as it was', async () => {
  const { status, stderr } = convert(CPUPROFILE, '-o', 'a.stackscope', '--only-app', '--verbose');
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /^Folded into callers: [\d.]+ m?s \([\d.]+ %\):\n( +[\d.]+ m?s \([\d.<]+ %\) {2}\S.* → .*\n)+/,
  );
  const seen = await openProfile(join(folder, 'a.stackscope'));
  expect(seen.quality.notes.map(({ code }) => code)).toContain('VIEW_FOLDED');
  expect(seen.series[0].totalWeight).toBe((await openProfile(CPUPROFILE)).series[0].totalWeight);
});

test('--list tells of every format, in lines of 80 columns', () => {
  const { status, stdout } = convert('--list');
  expect(status).toBe(0);
  for (const { name, extensions } of FORMATS)
    expect(stdout).toContain(`${name.padEnd(10)}  ${extensions[0]}`);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(stdout.match(/ keeps /g)).toHaveLength(FORMATS.length);
  expect(stdout.match(/ verified /g)).toHaveLength(FORMATS.length);
  expect(stdout).toMatch(/folded[\s\S]*? loses times, weights, /);
});

test('what PowerShell wrote is read', () => {
  const folded = 'node;main;work 3\r\nnode;main 4\r\n';
  writeFileSync(join(folder, 'utf16'), Buffer.from(`\ufeff${folded}`, 'utf16le'));
  expect(convert('utf16', '-f', 'folded').stdout.trim().split('\n').sort()).toEqual([
    'node;main 4',
    'node;main;work 3',
  ]);
});

test('--legacy and the options of a flame graph reach the writer', () => {
  expect(JSON.parse(convert(CPUPROFILE, '-f', 'cpuprofile', '--legacy').stdout)).toHaveProperty('head');
  const { stdout } = convert(CPUPROFILE, '-f', 'svg', '--title', 'A <title>', '--inverted', '--colors', 'io');
  expect(stdout).toContain('A &lt;title&gt;');
  expect(stdout).toContain('data-inverted="1"');
});

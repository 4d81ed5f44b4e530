import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJitName } from '../../src/profile/jit-name.js';
import { Profile } from '../../src/profile/profile.js';
import { Binary } from '../../src/symbols/binary.js';
import { readElf, UnreadableElf } from '../../src/symbols/elf.js';
import { JitCode } from '../../src/symbols/jit-code.js';
import { NO_ENTRY, PerfMap } from '../../src/symbols/perf-map.js';
import { NO_NAME } from '../../src/symbols/symbol-table.js';
import { randomNumbers, SEED } from '../random.js';
import { sourceOf } from './elf-file.js';
import { nodeBinary } from './programs.js';

const MUTANTS = 4000;
const SLOWEST_MS = 2000;
const MOST_BYTES = 400 << 20;

/** A copy with one to eight changes: bytes flipped, runs of ones or zeros, pieces moved, the end cut off. */
function mutant(original: Buffer, next: (limit: number) => number, placeOf: () => number): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + next(8); changes > 0; changes--) {
    const place = placeOf() % bytes.length;
    const length = Math.min(1 << next(6), bytes.length - place);
    const kind = next(10);
    if (kind === 0) bytes = bytes.subarray(0, Math.max(1, place));
    else if (kind <= 2) bytes.fill(0xff, place, place + length);
    else if (kind === 3) bytes.fill(0, place, place + length);
    else if (kind === 4) bytes.copy(bytes, next(bytes.length), place, place + length);
    else bytes[place] = next(256);
  }
  return bytes;
}

/** Runs `attempt` on mutants; tells the slowest and how much memory was added. */
function measure(attempt: (round: number) => void): { slowest: number; added: number } {
  const before = process.memoryUsage().rss;
  let slowest = 0;
  let added = 0;
  for (let round = 0; round < MUTANTS; round++) {
    const started = performance.now();
    attempt(round);
    slowest = Math.max(slowest, performance.now() - started);
    added = Math.max(added, process.memoryUsage().rss - before);
  }
  return { slowest, added };
}

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/mutations-`);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A small real program: compiled here where there is a compiler, else one that is always there. */
function smallBinary(): Buffer {
  writeFileSync(
    `${directory}/a.c`,
    'static int f(int x) { return x * 2; } int g(int x) { return f(x) + 1; } int main() { return g(1); }',
  );
  const compiler = spawnSync('cc', ['-O0', '-g', '-o', `${directory}/a`, `${directory}/a.c`]);
  return readFileSync(compiler.status === 0 ? `${directory}/a` : '/bin/true');
}

describe('mutants', () => {
  it('of a binary are read or refused with a reason', () => {
    const original = smallBinary();
    const whole = new Binary(readElf(sourceOf(original)), readElf(sourceOf(original)));
    const offsets = Array.from({ length: original.length / 8 }, (_, i) => i * 8);
    expect(offsets.some((offset) => whole.find(offset) !== NO_NAME)).toBe(true);
    // What decides is the headers, the sections at the end, and the symbols they point to.
    const image = readElf(sourceOf(original));
    const symbols = image.sections.find(({ type }) => type === 2 || type === 11);
    const next = randomNumbers(SEED * 10 + 1);
    const places = [
      () => next(64 + 13 * 56),
      () => original.length - 1 - next(image.sections.length * 64),
      () => (symbols?.offset ?? 0) + next(symbols?.size ?? 1),
      () => next(original.length),
    ];
    let read = 0;
    let refused = 0;
    const { slowest, added } = measure((round) => {
      const source = sourceOf(mutant(original, next, places[round % places.length]));
      try {
        const changed = readElf(source);
        const binary = new Binary(changed, changed);
        for (const offset of offsets) {
          const place = binary.find(offset);
          if (place !== NO_NAME && typeof binary.nameAt(place) === 'string') read++;
        }
      } catch (error) {
        if (!(error instanceof UnreadableElf)) throw error;
        refused++;
      }
    });
    expect([slowest < SLOWEST_MS, added < MOST_BYTES, read > 0, refused > MUTANTS / 20]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('of a perf map are read, and every entry that is found has a name that can be parsed', () => {
    const flags = ['--perf-basic-prof', '--interpreted-frames-native-stack'];
    const script = 'console.log(process.pid, [3, 1, 2].sort((a, b) => a - b))';
    const pid = Number.parseInt(
      execFileSync(nodeBinary(20), [...flags, '-e', script], { cwd: directory, encoding: 'utf8' }),
      10,
    );
    const original = readFileSync(`/tmp/perf-${pid}.map`).subarray(-8000);
    rmSync(`/tmp/perf-${pid}.map`);
    const addresses = [...original.toString().matchAll(/^(\w+) /gm)].map(([, start]) =>
      Number.parseInt(start, 16),
    );
    const next = randomNumbers(SEED * 10 + 2);
    let found = 0;
    const { slowest, added } = measure((round) => {
      const bytes = mutant(original, next, () => next(original.length));
      const map = new PerfMap();
      const cut = next(bytes.length);
      map.feed(bytes.subarray(0, cut), 1);
      if (round % 2 === 0) map.advance(1);
      map.feed(bytes.subarray(cut), 2);
      map.advance(2);
      for (let i = 0; i < addresses.length; i += 7) {
        const entry = map.find(addresses[i]);
        if (entry === NO_ENTRY) continue;
        const { name, line, column } = parseJitName(map.nameOf(entry));
        if (typeof name === 'string' && line >= 0 && column >= 0) found++;
      }
    });
    expect([slowest < SLOWEST_MS, added < MOST_BYTES, found > MUTANTS]).toEqual([true, true, true]);
  });

  it('of names become frames of a profile', () => {
    const names = [
      "JS:*'f file:///tmp/a%20b.mjs:10:20",
      'JS:~get x /node_modules/@a/b/c.js:1:2',
      "RegExp.> src: '(\\w+)' flags: 'g'",
      'JS:wasm-function[3]-3-turbofan',
      'BytecodeHandler:SubSmi.ExtraWide',
    ];
    const next = randomNumbers(SEED * 10 + 3);
    const profile = new Profile();
    const map = `${directory}/names.map`;
    const lines = Array.from({ length: MUTANTS }, (_, i) => {
      const name = mutant(Buffer.from(names[i % names.length]), next, () => next(60));
      return Buffer.concat([Buffer.from(`${(i * 16).toString(16)} 10 `), name, Buffer.from('\n')]);
    });
    writeFileSync(map, Buffer.concat(lines));
    const code = new JitCode(profile);
    code.open([map], () => ({ users: [process.getuid?.() ?? 0], startedMs: 0 }));
    code.follow(1);
    code.advance(1);
    const frames = Array.from({ length: MUTANTS }, (_, i) => code.frame(i * 16)).filter(
      (frame) => frame !== undefined,
    );
    code.close();
    expect(frames.length).toBeGreaterThan(MUTANTS * 0.95);
    expect(Math.max(...frames)).toBeLessThan(profile.frames.length);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Symbolizer } from '../../src/symbols/symbolizer.js';
import { CODE, type ElfContent, elfFile } from './elf-file.js';
import { describeAddress, profileOf } from './programs.js';

const BASE = 0x7f00_0000_0000;
const SYMBOLS = [
  { name: 'alpha', address: CODE.address, size: 16 },
  { name: '_ZN4node5StartEiPPc', address: CODE.address + 16, size: 16 },
];
/** No process has it. */
const NO_PID = 0x7fff_fff0;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/symbolizer-`);
});
afterAll(() => rmSync(directory, { recursive: true }));

function writeBinary(name: string, content: ElfContent): string {
  const path = `${directory}/${name}`;
  writeFileSync(path, elfFile(content));
  return path;
}

function mappingOf(path: string, start = BASE) {
  return { start, length: CODE.size, fileOffset: CODE.fileOffset, path };
}

function symbolizerOf(jitMap = '', live = false, ownFolder = '/stackscope/agent') {
  const profile = profileOf(NO_PID);
  const jitMapPaths = () => (jitMap === '' ? [] : [jitMap]);
  const symbolizer = new Symbolizer(profile, { live, jitMapPaths, ownFolder });
  const nameOf = (address: number) => describeAddress(profile, symbolizer, address);
  const codes = () => profile.quality.notes.map(({ code }) => code);
  return { profile, symbolizer, nameOf, codes };
}

describe('native frames', () => {
  it('are one for a function, wherever its file is mapped', () => {
    const path = writeBinary('plain', { symbols: SYMBOLS });
    const { profile, symbolizer, nameOf, codes } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(path));
    symbolizer.addMapping(0, mappingOf(path, BASE * 2 - 0x8000));
    expect([BASE, BASE + 16].map(nameOf)).toEqual([`alpha ${path}`, `node::Start(int, char**) ${path}`]);
    const again = [BASE + 15, BASE, BASE * 2 - 0x8000].map((address) => symbolizer.userFrame(0, address));
    expect(new Set(again).size).toBe(1);
    expect(profile.frames.columns.addressLo.data[again[0]]).toBe(0);
    expect(codes()).toEqual([]);
  });

  it('without a name keep their place in the file', () => {
    const path = writeBinary('gaps', { symbols: SYMBOLS, buildId: 'abcd' });
    const { profile, symbolizer } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(path));
    const frame = symbolizer.userFrame(0, BASE + 0x123);
    const { func, addressLo, addressHi } = profile.frames.columns;
    expect([addressLo.data[frame], addressHi.data[frame]]).toEqual([CODE.fileOffset + 0x123, 0]);
    expect(profile.mappings.buildId(profile.functions.columns.mapping.data[func.data[frame]])).toBe('abcd');
  });

  it('tell the entry of a stripped program', () => {
    const path = writeBinary('stripped', { entry: CODE.address + 0x40 });
    const { symbolizer, nameOf, codes } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(path));
    expect(nameOf(BASE + 0x45)).toBe(`_start ${path}`);
    expect(symbolizer.isEntryPoint(symbolizer.userFrame(0, BASE + 0x45))).toBe(true);
    expect(symbolizer.isEntryPoint(symbolizer.userFrame(0, BASE + 0x200))).toBe(false);
    expect(codes()).toEqual(['LIBRARY_STRIPPED']);
  });

  it('of nothing that is mapped are one frame, however many addresses there are', () => {
    const { profile, symbolizer, nameOf } = symbolizerOf();
    expect([1, 2 ** 40, 2 ** 52].map(nameOf)).toEqual(Array(3).fill(' [unmapped]'));
    for (let i = 0; i < 5000; i++) symbolizer.userFrame(0, i * 4096);
    expect(profile.frames.length).toBe(1);
  });
});

describe('a mapped file', () => {
  it.each([
    ['another inode', () => ({ inode: 1 })],
    ['another build id', () => ({ buildId: 'ffff' })],
  ])('that was replaced is not used: %s', (_, told) => {
    const path = writeBinary('replaced', { symbols: SYMBOLS, buildId: 'abcd' });
    const { symbolizer, nameOf, codes } = symbolizerOf();
    symbolizer.addMapping(0, { ...mappingOf(path), ...told() });
    expect(nameOf(BASE)).toBe(` ${path}`);
    expect(codes()).toEqual(['BINARY_REPLACED']);
  });

  it('is the same by inode, or by a build id that perf has padded', () => {
    const path = writeBinary('same', { symbols: SYMBOLS, buildId: 'abcd' });
    for (const told of [{ inode: statSync(path).ino }, { buildId: `abcd${'0'.repeat(36)}`, inode: 1 }]) {
      const { symbolizer, nameOf } = symbolizerOf();
      symbolizer.addMapping(0, { ...mappingOf(path), ...told });
      expect(nameOf(BASE)).toBe(`alpha ${path}`);
    }
  });

  it('that was deleted is not looked for under its old name', () => {
    const path = writeBinary('deleted', { symbols: SYMBOLS });
    const { symbolizer, nameOf, codes } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(`${path} (deleted)`));
    expect(nameOf(BASE)).toBe(` ${path}`);
    expect(codes()).toEqual(['BINARY_REPLACED']);
  });

  it('that changes after it was mapped is named as it was, live', () => {
    const path = writeBinary('updated', { symbols: SYMBOLS });
    const { symbolizer, nameOf } = symbolizerOf('', true);
    symbolizer.addMapping(0, { ...mappingOf(path), inode: statSync(path).ino });
    renameSync(writeBinary('update', { symbols: [{ ...SYMBOLS[0], name: 'beta' }] }), path);
    expect(nameOf(BASE)).toBe(`alpha ${path}`);
    symbolizer.close();
  });

  it.each([
    ['missing', () => `${directory}/missing`, 'there is no such file'],
    ['a FIFO', makeFifo, 'it is not a regular file'],
    ['a directory', () => directory, 'it is not a regular file'],
    ['no binary', () => new URL(import.meta.url).pathname, 'is not an ELF file'],
    ['cut off', makeCut, 'is cut off'],
  ])('that is %s is said to be so', (_, make, reason) => {
    const path = make();
    const { profile, symbolizer, nameOf, codes } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(path));
    expect(nameOf(BASE)).toBe(` ${path}`);
    expect(codes()).toEqual(['BINARY_UNREADABLE']);
    expect(profile.quality.notes[0].message).toContain(reason);
  });
});

function makeFifo(): string {
  execFileSync('mkfifo', [`${directory}/fifo`]);
  return `${directory}/fifo`;
}

function makeCut(): string {
  const path = writeBinary('cut', { symbols: SYMBOLS });
  truncateSync(path, statSync(path).size - 100);
  return path;
}

describe('a debug file', () => {
  const debugOf = (buildId: string) => elfFile({ symbols: SYMBOLS, buildId });

  it.each([
    ['beside the program, by build id', 'abcd', '', 0],
    ['in .debug, by build id', 'abcd', '.debug/', 0],
    ['beside the program, by checksum', '', '', crc32(debugOf(''))],
  ])('is found %s', (_, buildId, folder, crc) => {
    mkdirSync(`${directory}/${folder}`, { recursive: true });
    writeFileSync(`${directory}/${folder}program.debug`, debugOf(buildId));
    const path = writeBinary('program', { buildId, debugLink: { name: 'program.debug', crc } });
    const { symbolizer, nameOf, codes } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(path));
    expect(nameOf(BASE)).toBe(`alpha ${path}`);
    expect(codes()).toEqual([]);
    rmSync(`${directory}/${folder}program.debug`);
  });

  it.each([
    ['build id', 'ffff', 'abcd'],
    ['checksum', '', ''],
  ])('of another build is not used: %s', (_, its, ours) => {
    writeFileSync(`${directory}/other.debug`, debugOf(its));
    const path = writeBinary('other', { buildId: ours, debugLink: { name: 'other.debug', crc: 12 } });
    const { symbolizer, nameOf } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(path));
    expect(nameOf(BASE)).toBe(` ${path}`);
  });
});

describe('a process', () => {
  it('forgets what a new mapping replaces, also where it was named before, and says so by its epoch', () => {
    const [first, second] = ['alpha', 'beta'].map((name) =>
      writeBinary(name, { symbols: [{ ...SYMBOLS[0], name }] }),
    );
    const { symbolizer, nameOf } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(first));
    expect(nameOf(BASE)).toBe(`alpha ${first}`);
    const epoch = symbolizer.jitEpoch(0);
    symbolizer.addMapping(0, mappingOf(second));
    expect(nameOf(BASE)).toBe(`beta ${second}`);
    expect(symbolizer.jitEpoch(0)).toBeGreaterThan(epoch);
  });

  it('keeps what a mapping leaves on both sides of it', () => {
    const path = writeBinary('sides', { symbols: SYMBOLS });
    const { symbolizer, nameOf } = symbolizerOf();
    symbolizer.addMapping(0, mappingOf(path, BASE));
    symbolizer.addMapping(0, { start: BASE + 4, length: 20, fileOffset: 0, path: '//anon' });
    const names = [`alpha ${path}`, ' [jit]', `node::Start(int, char**) ${path}`];
    expect([BASE + 3, BASE + 4, BASE + 24].map(nameOf)).toEqual(names);
  });

  it('keeps so many mappings and no more, and says so', () => {
    const { symbolizer, nameOf, codes } = symbolizerOf();
    for (let i = 0; i < 131_080; i++) {
      symbolizer.addMapping(0, { start: i * 8192, length: 4096, fileOffset: 0, path: '//anon' });
    }
    expect([131_071, 131_072].map((i) => nameOf(i * 8192))).toEqual([' [jit]', ' [unmapped]']);
    expect(codes()).toContain('TOO_MANY_MAPPINGS');
  });

  it('begins with what its parent had, and goes its own way', () => {
    const path = writeBinary('parent', { symbols: SYMBOLS });
    const { profile, symbolizer } = symbolizerOf();
    profile.processes.add({ pid: NO_PID + 1, parent: 0, start: 1, command: 'child' });
    profile.processes.add({ pid: NO_PID + 1, parent: 0, start: 2, command: 'after exec' });
    symbolizer.addMapping(0, mappingOf(path));
    symbolizer.forkProcess(0, 1);
    const parents = symbolizer.userFrame(0, BASE);
    expect(symbolizer.userFrame(1, BASE)).toBe(parents);
    expect(symbolizer.userFrame(2, BASE)).not.toBe(parents);
    symbolizer.addMapping(1, { start: BASE, length: 4096, fileOffset: 0, path: '//anon' });
    expect(symbolizer.userFrame(1, BASE)).not.toBe(parents);
    symbolizer.endProcess(1);
    expect(symbolizer.userFrame(0, BASE)).toBe(parents);
  });
});

describe('run-time code', () => {
  const jitMemory = { start: BASE, length: 0x10000, fileOffset: 0, path: '//anon' };
  const hex = (address: number) => address.toString(16);

  it('is named by the perf map, its frames by script, place and tier', () => {
    const map = `${directory}/jit.map`;
    const lines = [
      '10 JS:~f file:///a/node_modules/@s/p/x.mjs:3:7',
      '10 JS:*f file:///a/node_modules/@s/p/x.mjs:3:7',
    ];
    writeFileSync(map, lines.map((line, i) => `${hex(BASE + i * 16)} ${line}\n`).join(''));
    const { profile, symbolizer, nameOf, codes } = symbolizerOf(map);
    symbolizer.addMapping(0, jitMemory);
    expect([BASE, BASE + 16].map(nameOf)).toEqual(Array(2).fill('f /a/node_modules/@s/p/x.mjs 3:7'));
    const frames = [BASE, BASE + 16].map((address) => symbolizer.userFrame(0, address));
    expect(frames.map((frame) => profile.frames.tier(frame))).toEqual([1, 4]);
    expect(profile.functions.package(profile.frames.func(frames[0]))).toBe('@s/p');
    expect(nameOf(BASE + 0x100)).toBe(' [jit]');
    expect(codes()).toEqual([]);
  });

  it('of scripts that stackscope loaded is no code of the program', () => {
    const map = `${directory}/own.map`;
    const lines = [
      '10 JS:~guard /stackscope/agent/naming.cjs:3:7',
      '10 JS:~guard /stackscope/agents/x.js:1:1',
    ];
    writeFileSync(map, lines.map((line, i) => `${hex(BASE + i * 16)} ${line}\n`).join(''));
    const { symbolizer, nameOf } = symbolizerOf(map);
    symbolizer.addMapping(0, jitMemory);
    expect([BASE, BASE + 16].map(nameOf)).toEqual(['(stackscope) ', 'guard /stackscope/agents/x.js 1:1']);
  });

  it('changes its name when the address is used again, at the time that was noted', () => {
    const map = `${directory}/live.map`;
    writeFileSync(map, `${hex(BASE)} 10 JS:~old /a.js:1:1\n`);
    const { symbolizer, nameOf } = symbolizerOf(map, true);
    symbolizer.addMapping(0, jitMemory);
    symbolizer.noteJitMaps(100);
    writeFileSync(map, `${hex(BASE)} 10 JS:*new /a.js:2:2\n`, { flag: 'a' });
    symbolizer.noteJitMaps(200);
    symbolizer.advance(199);
    expect(nameOf(BASE)).toBe('old /a.js 1:1');
    const epoch = symbolizer.jitEpoch(0);
    symbolizer.advance(200);
    expect(symbolizer.jitEpoch(0)).toBeGreaterThan(epoch);
    expect(nameOf(BASE)).toBe('new /a.js 2:2');
    symbolizer.close();
  });

  it('of a process that ran before has the latest of the names that its map held by then', () => {
    const map = `${directory}/before.map`;
    writeFileSync(map, `${hex(BASE)} 10 JS:~first /a.js:1:1\n${hex(BASE)} 10 JS:*second /a.js:2:2\n`);
    const { symbolizer, nameOf } = symbolizerOf(map, true);
    symbolizer.takeUp(0);
    writeFileSync(map, `${hex(BASE)} 10 JS:*third /a.js:3:3\n`, { flag: 'a' });
    symbolizer.noteJitMaps(50);
    symbolizer.addMapping(0, jitMemory);
    symbolizer.advance(0);
    expect(nameOf(BASE)).toBe('second /a.js 2:2');
    symbolizer.advance(50);
    expect(nameOf(BASE)).toBe('third /a.js 3:3');
    symbolizer.close();
  });

  it('without a map is said to be unnamed', () => {
    const { symbolizer, nameOf, codes } = symbolizerOf();
    symbolizer.addMapping(0, jitMemory);
    expect(nameOf(BASE)).toBe(' [jit]');
    expect(codes()).toEqual(['JIT_MAP_MISSING']);
  });

  it('is no entry point, whatever it is called', () => {
    const map = `${directory}/main.map`;
    writeFileSync(map, `${hex(BASE)} 10 JS:~main /a.js:1:1\n`);
    const { symbolizer } = symbolizerOf(map);
    symbolizer.addMapping(0, jitMemory);
    const frame = symbolizer.userFrame(0, BASE);
    expect([symbolizer.isEntryPoint(frame), symbolizer.roleOf(frame)]).toEqual([false, undefined]);
  });
});

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_ENTRY, PerfMap } from '../../src/symbols/perf-map.js';
import { PerfMapFile, RefusedMap } from '../../src/symbols/perf-map-file.js';

const LINE = '1000 10 name\n';
const US = process.getuid?.() ?? 0;
const OWNER = { users: [US], startedMs: 0 };

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(`${tmpdir()}/perf-map-`);
});
afterAll(() => rmSync(directory, { recursive: true }));

function makeMap(name: string, mode = 0o644): string {
  const path = `${directory}/${name}`;
  writeFileSync(path, LINE);
  chmodSync(path, mode);
  return path;
}

describe('a perf map file', () => {
  it('is followed as it grows, and not past a new beginning', () => {
    const path = makeMap('grows');
    const map = new PerfMap();
    const file = PerfMapFile.open(path, OWNER);
    file?.readInto(map, 1);
    appendFileSync(path, '2000 10 more\n');
    file?.readInto(map, 2);
    map.advance(2);
    expect(map.nameOf(map.find(0x2000))).toBe('more');
    truncateSync(path, 5);
    file?.readInto(map, 3);
    expect(map.size).toBe(LINE.length * 2);
    file?.close();
  });

  it('need not be there', () => {
    expect(PerfMapFile.open(`${directory}/none`, OWNER)).toBeUndefined();
  });

  it('is not that of a process which began after it was last written', () => {
    const path = makeMap('stale');
    utimesSync(path, 1000, 1000);
    expect(PerfMapFile.open(path, { users: [US], startedMs: 1_001_000 })).toBeUndefined();
    const own = PerfMapFile.open(path, { users: [US], startedMs: 999_000 });
    expect(own).toBeDefined();
    own?.close();
  });

  it('is refused when it is a link, a FIFO, a directory, or may be written by others', () => {
    const target = makeMap('target');
    symlinkSync(target, `${directory}/link`);
    execFileSync('mkfifo', [`${directory}/fifo`]);
    makeMap('everyones', 0o646);
    const refusals = ['link', 'fifo', 'everyones', '.'].map((name) => {
      try {
        return PerfMapFile.open(`${directory}/${name}`, OWNER);
      } catch (error) {
        return error instanceof RefusedMap ? error.message.replace(/^.* is not read: /, '') : error;
      }
    });
    expect(refusals).toEqual([
      'it is a symbolic link',
      'it is not a regular file',
      'everyone may write it',
      'it is not a regular file',
    ]);
  });

  it('is refused when it belongs to a user who is neither root nor the process', () => {
    const path = makeMap('foreign');
    const owner = US === 0 ? 12_345 : US;
    if (US === 0) chownSync(path, owner, owner);
    expect(() => PerfMapFile.open(path, { users: [owner + 1], startedMs: 0 })).toThrow(
      `it belongs to another user (${owner})`,
    );
    const own = PerfMapFile.open(path, { users: [owner], startedMs: 0 });
    expect(own).toBeDefined();
    own?.close();
  });

  it('of 2 GB is read in part, in little memory', () => {
    const path = makeMap('sparse');
    truncateSync(path, 2 ** 31);
    const map = new PerfMap();
    const file = PerfMapFile.open(path, OWNER);
    const before = process.memoryUsage().rss;
    expect(() => file?.readInto(map, 1)).toThrow(/is read only up to \d+ bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    map.advance(1);
    expect(map.find(0x1000)).not.toBe(NO_ENTRY);
    file?.close();
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MapNames } from '../../../src/symbols/resolve/map-names.js';
import { resolveText } from '../../../src/symbols/resolve/resolve-text.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const read = (path: string) => readFileSync(join(FIXTURES, path));

function mapOf(text: string | Uint8Array): MapNames {
  const names = new MapNames();
  names.feed(typeof text === 'string' ? Buffer.from(text) : text);
  return names;
}

/** In pieces of `step` bytes, so that lines and addresses are cut. */
async function resolveBytes(text: Uint8Array, names: MapNames, step = 7): Promise<Buffer> {
  async function* chunks() {
    for (let at = 0; at < text.length; at += step) yield text.subarray(at, at + step);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of resolveText(chunks(), names, (name) => name)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function resolve(text: string, map: string): Promise<string> {
  return (await resolveBytes(Buffer.from(text), mapOf(map))).toString();
}

describe("the old tool's recordings", () => {
  it.each([
    ['callgraph.csv', 'callgraph-jit.map.gz', 'callgraph-resolved.csv'],
    ['backtrace-stack.txt', 'backtrace-jit.map.gz', 'backtrace-resolved.txt'],
  ])('%s is resolved as it did', async (text, map, expected) => {
    const names = mapOf(gunzipSync(read(`rjs/${map}`)));
    expect((await resolveBytes(read(`rjs/${text}`), names)).toString()).toBe(
      read(`rjs/${expected}`).toString(),
    );
  });

  /** The maps of these were not kept: one is made of what the old tool found. */
  it.each(['dns_addrinfo', 'tcp_connect'])('%s: a stack of DTrace', async (name) => {
    const resolved = read(`dtrace/macos-10.10/${name}.resolved.txt`).toString();
    const found = [...resolved.matchAll(/^ +0x([\da-f]+) (.+)$/gm)];
    expect(found.length).toBeGreaterThan(8);
    const raw = resolved.replace(/^( +0x[\da-f]+) .+$/gm, '$1');
    expect(await resolve(raw, found.map(([, address, symbol]) => `${address} 1 ${symbol}\n`).join(''))).toBe(
      resolved,
    );
  });
});

const MAP = '1000 20 LazyCompile:*one /a.js:1\n7f0000001000 100 JS:~two file:///b.mjs:2:3\n';

describe('an address', () => {
  it.each([
    ['in a list', '7f0000001010\n', '7f0000001010 JS:~two file:///b.mjs:2:3\n'],
    ['with 0x', ' 0x7f0000001010\n', ' 0x7f0000001010 JS:~two file:///b.mjs:2:3\n'],
    ['with zeros before it', '0x00007f0000001010', '0x00007f0000001010 JS:~two file:///b.mjs:2:3'],
    ['in capitals', '0x7F0000001010', '0x7F0000001010 JS:~two file:///b.mjs:2:3'],
    ['of few digits', 'at 0x1010, then', 'at 0x1010 LazyCompile:*one /a.js:1, then'],
    ['in the middle', 'from 7f0000001010 to', 'from 7f0000001010 JS:~two file:///b.mjs:2:3 to'],
    ['two in a line', '0x1000 0x1001', '0x1000 LazyCompile:*one /a.js:1 0x1001 LazyCompile:*one /a.js:1'],
    ['of gdb', '#3  0x00007f0000001010 in ?? ()', '#3  0x00007f0000001010 in JS:~two file:///b.mjs:2:3 ()'],
    [
      'of perf script',
      '\t    7f0000001010 [unknown] (/tmp/perf-1.map)\n',
      '\t    7f0000001010 JS:~two file:///b.mjs:2:3 (/tmp/perf-1.map)\n',
    ],
    [
      'of bpftrace with binaries',
      '\t7f0000001010 0x7f0000001010 ([unknown])',
      '\t7f0000001010 JS:~two file:///b.mjs:2:3 ([unknown])',
    ],
    ['at the end of a line of CSV', '1ms,0, ,  0x1010\r\n', '1ms,0, ,  LazyCompile:*one /a.js:1\r\n'],
  ])('%s gets its name', async (_, text, expected) => {
    expect(await resolve(text, MAP)).toBe(expected);
  });

  it.each([
    ['in a gap: the old tool gave it the name of the function before it', '0x1020\n'],
    ['before the first entry', '0xfff\n'],
    ['past the last entry, where the old tool gave up', '0x7f0000001100\n'],
    ['that perf has named', '\t    7f0000001010 main+0x3 (/usr/bin/node)\n'],
    ['that is the offset in a file', '\t          1010 [unknown] (/usr/bin/node)\n'],
    ['of gdb that has a name', '#0  0x0000000000001010 in main () at a.c:3\n'],
    ['that is a part of something', 'libfoo-7f0000001010.so a0x1010 0x1010.5 /7f0000001010/\n'],
    ['that is a word', 'decade 1010 1ms 2104760856867\n'],
  ])('%s stays', async (_, text) => {
    expect(await resolve(text, MAP)).toBe(text);
  });

  it('of functions that lay there one after the other has the name of the newest', async () => {
    const map = '1000 100 old\n1000 20 newer\n1010 8 newest\n';
    expect(await resolve('0x1000 0x1012 0x1030', map)).toBe('0x1000 0x1012 newest 0x1030');
  });
});

it('leaves all else byte for byte, and what was resolved as it is', async () => {
  const bytes = Buffer.from([
    ...Buffer.from('\xff\xfe\r\n0x1010\r\n\0\x80', 'latin1'),
    0xc3,
    0xa9,
    0x0a,
    0x0d,
  ]);
  const once = await resolveBytes(bytes, mapOf(MAP));
  const name = ' LazyCompile:*one /a.js:1';
  expect(once.toString('latin1')).toBe(bytes.toString('latin1').replace('0x1010', `0x1010${name}`));
  expect((await resolveBytes(once, mapOf(MAP))).equals(once)).toBe(true);
});

it('writes names in UTF-8', async () => {
  expect(await resolve('é 0x1000\n', '1000 1 Funktion:Größe\n')).toBe('é 0x1000 Funktion:Größe\n');
});

it('hands on each line as it comes', async () => {
  let isRead = false;
  async function* chunks() {
    yield Buffer.from('0x1000\n0x10');
    isRead = true;
    yield Buffer.from('01\n');
  }
  const pieces = resolveText(chunks(), mapOf(MAP), (name) => `<${name}>`);
  const { value } = await pieces.next();
  expect([isRead, Buffer.from(value!).toString()]).toEqual([false, '0x1000 <LazyCompile:*one /a.js:1>\n']);
  expect(Buffer.from((await pieces.next()).value!).toString()).toBe('0x1001 <LazyCompile:*one /a.js:1>\n');
});

it('takes a line of many megabytes in bounded pieces', async () => {
  const line = Buffer.from('0x1010 '.repeat(400_000));
  const text = await resolveBytes(line, mapOf(MAP), 1 << 16);
  expect(text.length).toBe(400_000 * ('0x1010 '.length + ' LazyCompile:*one /a.js:1'.length));
});

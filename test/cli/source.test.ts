import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../src/cli/source.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Everything that the source gives, after its head was looked at. */
async function contentOf(
  bytes: Uint8Array,
): Promise<{ head: Uint8Array; content: Buffer; seekable: boolean }> {
  const path = join(folder, 'input');
  writeFileSync(path, bytes);
  const source = await openSource(path);
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of source.chunks()) pieces.push(Uint8Array.from(piece));
    return { head: source.head, content: Buffer.concat(pieces), seekable: source.read !== undefined };
  } finally {
    await source.close();
  }
}

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** No checksum, no size, a window of 2 MiB. */
const FRAME = [0x00, 0x58];

function blockHeader(size: number, type: 'stored' | 'repeated', last: boolean): number[] {
  const bits = (size << 3) | (type === 'repeated' ? 2 : 0) | (last ? 1 : 0);
  return [bits & 255, (bits >> 8) & 255, bits >> 16];
}

/** A zstd frame (RFC 8878) of stored blocks: Node 20 has no compressor for it. */
function zstd(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from([...MAGIC, ...FRAME])];
  for (let at = 0; at < bytes.length; at += 100_000) {
    const block = bytes.subarray(at, at + 100_000);
    parts.push(Uint8Array.from(blockHeader(block.length, 'stored', at + 100_000 >= bytes.length)), block);
  }
  return Buffer.concat(parts);
}

/** A zstd frame of so many times 128 KiB of zeros, at four bytes each. */
function zstdBomb(blocks: number): Uint8Array {
  const block = [...blockHeader(131_072, 'repeated', false), 0];
  return Buffer.concat([
    Uint8Array.from([...MAGIC, ...FRAME]),
    ...Array(blocks).fill(Uint8Array.from(block)),
  ]);
}

const noise = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 2_654_435_761) >>> 24);

test.each([
  ['as it is', noise, true],
  ['in gzip', gzipSync(noise), false],
  [
    'in two gzip members',
    Buffer.concat([gzipSync(noise.subarray(0, 9)), gzipSync(noise.subarray(9))]),
    false,
  ],
  ['in zstd', zstd(noise), false],
  ['shorter than a head', noise.subarray(0, 7), true],
])('%s', async (_, bytes, seekable) => {
  const read = await contentOf(bytes);
  const expected = Buffer.from(bytes.length < 100 ? bytes : noise);
  expect(read.content.equals(expected)).toBe(true);
  expect(Buffer.from(read.head).equals(expected.subarray(0, 65_536))).toBe(true);
  expect(read.seekable).toBe(seekable);
});

test.each([
  ['gzip', gzipSync(Buffer.alloc(100_000_000))],
  ['zstd', zstdBomb(1_000_000)],
])('a %s bomb is refused in bounded memory', async (_, bytes) => {
  const before = process.resourceUsage().maxRSS;
  await expect(contentOf(bytes)).rejects.toThrow(
    /input unpacks to more than 250 times its size: unpack it yourself/,
  );
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(400 * 1024);
});

test.each([
  ['gzip', gzipSync(noise)],
  ['zstd', zstd(noise)],
])('%s that was cut is refused', async (_, bytes) => {
  for (const length of [5, bytes.length >> 1, bytes.length - 1]) {
    await expect(contentOf(bytes.subarray(0, length))).rejects.toThrow(/input cannot be unpacked: .*\./);
  }
});

test.each([
  ['UTF-8 with a mark', Buffer.from('\ufeffmain;wörk 1\n')],
  ['UTF-16, little end first', Buffer.from('\ufeffmain;wörk 1\n', 'utf16le')],
  ['UTF-16, big end first', Buffer.from('\ufeffmain;wörk 1\n', 'utf16le').swap16()],
  ['the same packed', gzipSync(Buffer.from('\ufeffmain;wörk 1\n', 'utf16le'))],
])('%s is plain UTF-8', async (_, bytes) => {
  const { head, content, seekable } = await contentOf(bytes);
  expect(content.toString()).toBe('main;wörk 1\n');
  expect(Buffer.from(head).toString()).toBe('main;wörk 1\n');
  expect(seekable).toBe(false);
});

test('text across pieces is whole', async () => {
  const text = '漢字;𝒻 1\n'.repeat(200_000);
  expect((await contentOf(Buffer.from(`\ufeff${text}`, 'utf16le'))).content.toString()).toBe(text);
});

test('a mark and nothing more is empty', async () => {
  await expect(contentOf(Buffer.from([0xff, 0xfe]))).rejects.toThrow(/is empty once it is unpacked/);
});

import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import {
  BlockCodec,
  BlockType,
  blockCrc,
  encodeBlock,
  encodeFileHeader,
} from '../../../src/profile/file/blocks.js';
import { ByteWriter } from '../../../src/profile/file/bytes.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { LIMITS } from '../../../src/profile/limits.js';
import { memorySource } from './memory-file.js';

/** A file of one block. */
function fileWith(type: BlockType, codec: BlockCodec, rawLength: number, packed: Uint8Array): Uint8Array {
  return Buffer.concat([encodeFileHeader(), encodeBlock(type, codec, rawLength, packed)]);
}

function stored(type: BlockType, ...numbers: number[]): Uint8Array {
  const out = new ByteWriter();
  for (const number of numbers) out.varint(number);
  const raw = out.finish();
  return fileWith(type, BlockCodec.Stored, raw.length, raw);
}

const zeros = (length: number) => deflateRawSync(new Uint8Array(length));

const LIES: [string, () => Uint8Array, RegExp][] = [
  [
    'a block of 4 GB',
    () => fileWith(BlockType.Info, BlockCodec.Deflate, 0xffffffff, zeros(9)),
    /states 4294967295 bytes/,
  ],
  [
    'a block of more than deflate can',
    () => fileWith(BlockType.Info, BlockCodec.Deflate, 1e6, zeros(99)),
    /cannot hold 1000000/,
  ],
  [
    'more than it states',
    () => fileWith(BlockType.Info, BlockCodec.Deflate, 99, zeros(50_000)),
    /cannot be unpacked/,
  ],
  [
    'less than it states',
    () => fileWith(BlockType.Info, BlockCodec.Deflate, 999, zeros(9)),
    /holds 9 bytes and states 999/,
  ],
  ['a codec to come', () => fileWith(BlockType.Info, 2 as BlockCodec, 9, zeros(9)), /codec 2 is not known/],
  ['a type to come', () => stored(77 as BlockType, 1), /\(type 77\), its type is not known/],
  ['a billion texts', () => stored(BlockType.Strings, 1, 1e9), /1000000000 texts are more than/],
  ['a billion rows', () => stored(BlockType.Stacks, 1, 1e9), /1000000000 rows are more than/],
  ['rows far behind the last', () => stored(BlockType.Stacks, 5, 1), /row 5 follows after 1 rows/],
  ['samples of a series that is not there', () => stored(BlockType.Samples, 7, 1e9), /series 7 of 0/],
  [
    'a number of eight bytes and more',
    () => fileWith(BlockType.Samples, BlockCodec.Stored, 9, new Uint8Array(9).fill(255)),
    /larger than 2\^53/,
  ],
];

test.each(LIES)('refuses %s', async (_, file, message) => {
  await expect(readRecording(memorySource(file()), nodeCodec)).rejects.toThrow(message);
});

test('a block longer than the file is a cut, whatever it states', async () => {
  const file = Buffer.from(stored(BlockType.Strings, 1, 0));
  file.writeUInt32LE(0xfffffff0, encodeFileHeader().length + 8);
  file.writeUInt32LE(blockCrc(file.subarray(encodeFileHeader().length)), encodeFileHeader().length + 12);
  const { quality } = await readRecording(memorySource(file), nodeCodec);
  expect(quality.notes.map(({ code }) => code)).toEqual(['RECORDING_CUT']);
});

test('the texts of all blocks together are limited', async () => {
  const texts = new ByteWriter();
  const rows = 64;
  texts.varint(1);
  texts.varint(rows);
  for (let i = 0; i < rows; i++) texts.varint(65_536);
  texts.raw(new Uint8Array(rows * 65_536).fill(97));
  const raw = texts.finish();
  const blocks = [encodeFileHeader()];
  for (let sum = 0; sum <= LIMITS.textBytes; sum += raw.length) {
    // The first row of each block is where the last one ended: the same two bytes of a varint or one.
    const renumbered = new ByteWriter();
    renumbered.varint(1 + (blocks.length - 1) * rows);
    renumbered.raw(raw.subarray(1));
    const bytes = renumbered.finish();
    blocks.push(
      encodeBlock(BlockType.Strings, BlockCodec.Deflate, bytes.length, deflateRawSync(bytes, { level: 1 })),
    );
  }
  const source = memorySource(Buffer.concat(blocks));
  await expect(readRecording(source, nodeCodec)).rejects.toThrow(/all texts have more than 268435456 bytes/);
});

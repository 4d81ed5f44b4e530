import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { UserError } from '../../../src/profile/errors.js';
import {
  BLOCK_HEADER_LENGTH,
  BlockCodec,
  type BlockHeader,
  decodeBlockHeader,
  directoryLength,
  encodeBlock,
  encodeTrailer,
  FILE_HEADER_LENGTH,
  TRAILER_LENGTH,
} from '../../../src/profile/file/blocks.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { validate } from '../../../src/profile/validate.js';
import { withinBounds } from '../../bounds.js';
import { randomNumbers, SEED } from '../../random.js';
import { generatedProfile } from '../generated-profile.js';
import { memorySource, recordingOf } from './memory-file.js';

const MUTANTS = 4_000;

interface RawBlock {
  readonly header: BlockHeader;
  readonly raw: Uint8Array;
}

/** The blocks of a file, its directory included, unpacked. */
function blocksOf(file: Uint8Array): RawBlock[] {
  const blocks: RawBlock[] = [];
  for (let at = FILE_HEADER_LENGTH; at < file.length - TRAILER_LENGTH; ) {
    const header = decodeBlockHeader(file.subarray(at));
    const content = file.subarray(at + BLOCK_HEADER_LENGTH, at + BLOCK_HEADER_LENGTH + header.length);
    const raw = header.codec === BlockCodec.Deflate ? inflateRawSync(content) : content;
    blocks.push({ header, raw: new Uint8Array(raw) });
    at += BLOCK_HEADER_LENGTH + header.length;
  }
  return blocks;
}

/** A file of such blocks, their lengths and CRCs right. */
function fileOf(head: Uint8Array, blocks: readonly RawBlock[], tail = new Uint8Array(0)): Uint8Array {
  return new Uint8Array(Buffer.concat([head, ...blocks.map(packed), tail]));
}

function packed({ header, raw }: RawBlock): Uint8Array {
  return encodeBlock(header.type, BlockCodec.Deflate, raw.length, deflateRawSync(raw));
}

const INTERESTING = [0, 1, 2, 4, 0x7f, 0x80, 0xff];

/** Changes, removes, inserts or repeats a few bytes of one block, or drops, repeats or swaps whole blocks. */
function mutate(blocks: RawBlock[], random: (below: number) => number): RawBlock[] {
  const mutant = blocks.map(({ header, raw }) => ({ header, raw: [...raw] }));
  const target = mutant[random(mutant.length)];
  const at = random(target.raw.length + 1);
  switch (random(8)) {
    case 0:
      mutant.splice(random(mutant.length), 1);
      break;
    case 1:
      mutant.splice(random(mutant.length), 0, target);
      break;
    case 2:
      target.raw.splice(at, 1 + random(4));
      break;
    case 3:
      target.raw.splice(at, 0, ...Array.from({ length: 1 + random(9) }, () => 0xff), random(128));
      break;
    default:
      for (let n = 1 + random(3); n > 0; n--) {
        const value = random(2) === 0 ? random(256) : INTERESTING[random(INTERESTING.length)];
        target.raw[random(target.raw.length)] = value;
      }
  }
  return mutant.map(({ header, raw }) => ({ header, raw: Uint8Array.from(raw) }));
}

/** Reads a mutant; whether it was refused in one sentence. What is read must be valid. */
async function isRefused(mutant: Uint8Array, number: number): Promise<boolean> {
  try {
    await withinBounds(`seed ${SEED}, mutant ${number}`, async () => {
      for (const range of [{}, { from: 1_000, to: 20_000 }]) {
        validate(await readRecording(memorySource(mutant), nodeCodec, range));
      }
    });
    return false;
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(`seed ${SEED}, mutant ${number}`, { cause: error });
    expect(error.message).toMatch(
      /^a\.stackscope (was not written by stackscope or was altered:|is damaged) .*\.$/s,
    );
    return true;
  }
}

async function originals(): Promise<Uint8Array[]> {
  return Promise.all(fc.sample(generatedProfile, { seed: SEED, numRuns: 20 }).map(recordingOf));
}

test('any mutant of the content behind a right CRC is refused or a valid profile', async () => {
  const random = randomNumbers(SEED);
  const files = await originals();
  let refused = 0;
  for (let i = 0; i < MUTANTS; i++) {
    const file = files[i % files.length];
    const mutant = mutate(blocksOf(file).slice(0, -1), random);
    if (await isRefused(fileOf(file.subarray(0, FILE_HEADER_LENGTH), mutant), i)) refused++;
  }
  expect(MUTANTS - refused).toBeGreaterThan(MUTANTS / 20);
  expect(refused).toBeGreaterThan(MUTANTS / 3);
});

test('any mutant of the directory behind a right CRC is refused or changes what a range leaves out', async () => {
  const random = randomNumbers(SEED + 1);
  const files = await originals();
  let refused = 0;
  for (let i = 0; i < MUTANTS / 4; i++) {
    const file = files[i % files.length];
    const blocks = blocksOf(file);
    const [directory] = mutate([blocks[blocks.length - 1]], random).map(packed);
    if (directory === undefined) continue;
    const tail = new Uint8Array(Buffer.concat([directory, encodeTrailer(directory.length)]));
    if (await isRefused(fileOf(file.subarray(0, -TRAILER_LENGTH - lastLength(file)), [], tail), i)) refused++;
  }
  expect(refused).toBeGreaterThan(MUTANTS / 12);
});

/** The length of the directory block, as the trailer tells it. */
function lastLength(file: Uint8Array): number {
  return directoryLength(file.subarray(-TRAILER_LENGTH)) ?? 0;
}

import { UserError } from '../profile/errors.js';
import type { BlockSource } from '../profile/file/block-source.js';
import { fileVersion } from '../profile/file/blocks.js';
import type { Codec } from '../profile/file/codec.js';
import { readRecording } from '../profile/file/recording-reader.js';
import { RecordingWriter } from '../profile/file/recording-writer.js';
import type { Profile } from '../profile/profile.js';
import { type Format, HOLDINGS, type ReadOptions, type Source, type WriteOptions } from './format.js';
import { heldBytes } from './held-bytes.js';

/** Bytes of a recording that cannot be read at random (standard input, a .gz) and so is held in memory. */
const MAX_HELD = 512 * 1024 * 1024;

/** Our own format: docs/file-format.md. */
export const stackscope: Format = {
  name: 'stackscope',
  title: 'stackscope recording',
  extensions: ['.stackscope'],
  keeps: 'everything',
  holds: new Set(HOLDINGS),
  verified: 'property tests over generated profiles; recordings of versions 1 and 2',
  detect: (head) => fileVersion(head) !== undefined,
  read,
  write,
};

async function read(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  const { onBatch } = options;
  await readRecording(await blockSource(source), codecOf(options), {
    into: profile,
    ...(onBatch && { onBatch }),
  });
}

/** The file itself where it can be read at random, else all of its bytes in memory. */
export async function blockSource(source: Source): Promise<BlockSource> {
  const { name, size, read } = source;
  return read && size !== undefined ? { name, size, read: read.bind(source) } : hold(source);
}

async function hold(source: Source): Promise<BlockSource> {
  const { name } = source;
  const tooLarge = () =>
    new UserError(
      'STACKSCOPE_TOO_LARGE',
      `${name} has more than ${MAX_HELD} bytes, too many to be read from a stream: save it as a file first.`,
    );
  const bytes = await heldBytes(source, MAX_HELD, tooLarge);
  return {
    name,
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

async function* write(profile: Profile, options: WriteOptions = {}): AsyncIterable<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => void pieces.push(bytes), codecOf(options));
  await writer.finish(profile);
  yield* pieces;
}

function codecOf({ codec }: { readonly codec?: Codec }): Codec {
  if (codec === undefined) throw new TypeError('a .stackscope file needs options.codec');
  return codec;
}

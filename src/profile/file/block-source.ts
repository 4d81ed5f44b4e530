import { UserError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { Malformed } from '../malformed.js';
import {
  BLOCK_HEADER_LENGTH,
  BlockCodec,
  type BlockHeader,
  BlockType,
  blockCrc,
  decodeBlockHeader,
  directoryLength,
  FILE_HEADER_LENGTH,
  fileVersion,
  TRAILER_LENGTH,
  VERSION,
} from './blocks.js';
import { ByteReader } from './bytes.js';
import type { Codec } from './codec.js';
import { Directory } from './directory.js';

/** A .stackscope file, wherever it lies. */
export interface BlockSource {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  /** The bytes from `offset` on; fewer than `length` only at the end. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
}

/** Bytes that are read at once: most blocks are much smaller. */
const WINDOW = 1_048_576;

/** The same file, read in larger pieces. */
export function readAhead({ name, size, read }: BlockSource): BlockSource {
  let start = 0;
  let window: Uint8Array = new Uint8Array(0);
  return {
    name,
    size,
    read: async (offset, length) => {
      if (offset < start || offset + length > start + window.length) {
        window = await read(offset, Math.min(Math.max(length, WINDOW), Math.max(0, size - offset)));
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}

/** Deflate packs at most 1,032 to one: what states more is a lie. */
const MAX_RATIO = 1032;

/** One block of a file, its CRC checked. */
export interface Block extends BlockHeader {
  readonly offset: number;
  readonly packed: Uint8Array;
}

/** The version of the file; throws `UserError` unless it begins as a .stackscope file of one that we know. */
export async function checkFileHeader(source: BlockSource): Promise<number> {
  const version = fileVersion(await source.read(0, FILE_HEADER_LENGTH));
  if (version === undefined) {
    throw new UserError(
      'STACKSCOPE_NOT_ONE',
      `${source.name} is not a .stackscope recording: recover reads no other; report, convert and inspect do.`,
    );
  }
  if (version > VERSION || version < 1) {
    throw new UserError(
      'STACKSCOPE_NEWER',
      `${source.name} has version ${version} of the .stackscope format and this stackscope reads up to ${VERSION}: update stackscope.`,
    );
  }
  return version;
}

/** The block at `offset`, or undefined when the file ends before it does or its bytes have changed. */
export async function readBlock(source: BlockSource, offset: number): Promise<Block | undefined> {
  const head = await source.read(offset, BLOCK_HEADER_LENGTH);
  if (head.length < BLOCK_HEADER_LENGTH) return undefined;
  const header = decodeBlockHeader(head);
  if (header.length > Math.min(LIMITS.blockBytes, source.size - offset - BLOCK_HEADER_LENGTH))
    return undefined;
  const bytes = await source.read(offset, BLOCK_HEADER_LENGTH + header.length);
  if (bytes.length < BLOCK_HEADER_LENGTH + header.length || blockCrc(bytes) !== header.crc) return undefined;
  return { ...header, offset, packed: bytes.subarray(BLOCK_HEADER_LENGTH) };
}

/** The content of a block; throws `Malformed` when it cannot be what the header states. */
export async function unpack(block: Block, codec: Codec): Promise<ByteReader> {
  const { rawLength, packed } = block;
  if (rawLength > LIMITS.blockBytes)
    throw new Malformed(`it states ${rawLength} bytes, more than ${LIMITS.blockBytes}`);
  if (block.codec === BlockCodec.Stored) return new ByteReader(checkLength(packed, rawLength));
  if (block.codec !== BlockCodec.Deflate) throw new Malformed(`codec ${block.codec} is not known`);
  if (rawLength > packed.length * MAX_RATIO)
    throw new Malformed(`${packed.length} bytes cannot hold ${rawLength}`);
  let raw: Uint8Array;
  try {
    raw = await codec.inflate(packed, rawLength);
  } catch {
    throw new Malformed('its packed bytes cannot be unpacked');
  }
  return new ByteReader(checkLength(raw, rawLength));
}

function checkLength(raw: Uint8Array, rawLength: number): Uint8Array {
  if (raw.length !== rawLength) throw new Malformed(`it holds ${raw.length} bytes and states ${rawLength}`);
  return raw;
}

/** The directory of a file that was finished; undefined when its end is missing or damaged. */
export async function readDirectory(source: BlockSource, codec: Codec): Promise<Directory | undefined> {
  const trailer = await source.read(Math.max(0, source.size - TRAILER_LENGTH), TRAILER_LENGTH);
  const length = directoryLength(trailer);
  const offset = source.size - TRAILER_LENGTH - (length ?? 0);
  if (length === undefined || offset < FILE_HEADER_LENGTH) return undefined;
  const block = await readBlock(source, offset);
  if (block?.type !== BlockType.Directory) return undefined;
  const input = await unpack(block, codec);
  const directory = Directory.decode(input, offset - FILE_HEADER_LENGTH);
  input.end();
  return directory;
}

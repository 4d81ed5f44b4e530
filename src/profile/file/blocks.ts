/**
 * The frame of a .stackscope file: a header, blocks one behind the other, and a trailer that tells where the last
 * of them, the directory, begins. docs/file-format.md says it in words.
 */
import { crc32 } from './crc32.js';

/** Begins like PNG's: a high byte, a name, and line ends that a transfer as text would change. */
export const MAGIC = new Uint8Array([0x89, 0x53, 0x53, 0x43, 0x4f, 0x50, 0x0d, 0x0a]);
export const VERSION = 3;
export const FILE_HEADER_LENGTH = 12;

export const END_MAGIC = new Uint8Array([0x53, 0x53, 0x43, 0x4f, 0x50, 0x45, 0x4e, 0x44]);
export const TRAILER_LENGTH = 12;

export const BLOCK_HEADER_LENGTH = 16;

/** What a block holds; its value is the first byte of the block. */
export enum BlockType {
  Info = 1,
  Strings = 2,
  Mappings = 3,
  Scripts = 4,
  Functions = 5,
  Frames = 6,
  Stacks = 7,
  Processes = 8,
  Threads = 9,
  Series = 10,
  Samples = 11,
  Directory = 12,
  Generated = 13,
  Operations = 14,
}

/** How a block's bytes are packed. */
export enum BlockCodec {
  Stored = 0,
  Deflate = 1,
}

export interface BlockHeader {
  readonly type: BlockType;
  readonly codec: BlockCodec;
  /** Bytes once unpacked. */
  readonly rawLength: number;
  /** Bytes in the file, without this header. */
  readonly length: number;
  /** CRC-32 of the header's first twelve bytes and the packed bytes. */
  readonly crc: number;
}

export function encodeFileHeader(): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_LENGTH);
  bytes.set(MAGIC);
  viewOf(bytes).setUint32(8, VERSION, true);
  return bytes;
}

/** The version of a file that begins with `head`, or undefined when it is no .stackscope file. */
export function fileVersion(head: Uint8Array): number | undefined {
  if (head.length < FILE_HEADER_LENGTH || !startsWith(head, MAGIC)) return undefined;
  return viewOf(head).getUint32(8, true);
}

/** One block, header and packed bytes. */
export function encodeBlock(
  type: BlockType,
  codec: BlockCodec,
  rawLength: number,
  packed: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(BLOCK_HEADER_LENGTH + packed.length);
  const view = viewOf(bytes);
  bytes[0] = type;
  bytes[1] = codec;
  view.setUint32(4, rawLength, true);
  view.setUint32(8, packed.length, true);
  bytes.set(packed, BLOCK_HEADER_LENGTH);
  view.setUint32(12, blockCrc(bytes), true);
  return bytes;
}

/** `bytes` holds at least the header. */
export function decodeBlockHeader(bytes: Uint8Array): BlockHeader {
  const view = viewOf(bytes);
  return {
    type: bytes[0],
    codec: bytes[1],
    rawLength: view.getUint32(4, true),
    length: view.getUint32(8, true),
    crc: view.getUint32(12, true),
  };
}

/** The CRC-32 that a whole block, header and packed bytes, should carry. */
export function blockCrc(block: Uint8Array): number {
  return crc32(block.subarray(BLOCK_HEADER_LENGTH), crc32(block.subarray(0, 12)));
}

/** @param length of the directory block with its header */
export function encodeTrailer(length: number): Uint8Array {
  const bytes = new Uint8Array(TRAILER_LENGTH);
  viewOf(bytes).setUint32(0, length, true);
  bytes.set(END_MAGIC, 4);
  return bytes;
}

/** The length of the directory block, or undefined when the file does not end as it should. */
export function directoryLength(trailer: Uint8Array): number | undefined {
  if (trailer.length < TRAILER_LENGTH || !startsWith(trailer.subarray(4), END_MAGIC)) return undefined;
  return viewOf(trailer).getUint32(0, true);
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

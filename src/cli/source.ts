import { access, constants, type FileHandle, open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import type { Source } from '../formats/format.js';
import { HEAD_LENGTH } from '../formats/index.js';
import { UserError } from '../profile/errors.js';
import { LIMITS } from '../profile/limits.js';
import { openNamedPipe } from './named-pipe.js';
import { asUtf8, markedEncoding } from './text-encoding.js';

const CHUNK = 1_048_576;

/** A source together with its first bytes, decompressed, from which its format is told. */
export interface OpenSource extends Source {
  readonly head: Uint8Array;
  close(): Promise<void>;
}

/**
 * Opens a file, or standard input for `-`. What begins as gzip or zstd is unwrapped, text with a byte order mark
 * becomes plain UTF-8; both can then be read in order only.
 * @throws UserError when it cannot be opened, is a directory or is empty
 */
export async function openSource(path: string): Promise<OpenSource> {
  const raw = path === '-' ? standardInput() : await openFile(path);
  try {
    return await unwrapped(raw);
  } catch (error) {
    await raw.close();
    throw error;
  }
}

async function unwrapped(raw: RawSource): Promise<OpenSource> {
  const { name, close } = raw;
  const outer = await peek(raw.chunks());
  if (outer.head.length === 0) {
    throw new UserError('INPUT_EMPTY', `${name} is empty: there is nothing to read.`);
  }
  const unwrap = unwrapperOf(outer.head);
  const inner = unwrap === undefined ? outer : await peek(limited(name, unwrap, outer.chunks));
  const encoding = markedEncoding(inner.head);
  if (inner === outer && encoding === undefined) {
    return { ...raw, head: outer.head, chunks: () => outer.chunks };
  }
  const { head, chunks } = encoding === undefined ? inner : await peek(asUtf8(inner.chunks, encoding));
  if (head.length === 0) {
    throw new UserError('INPUT_EMPTY', `${name} is empty once it is unpacked: there is nothing to read.`);
  }
  return { name, size: undefined, head, chunks: () => chunks, close };
}

type RawSource = Source & { close(): Promise<void> };

async function openFile(path: string): Promise<RawSource> {
  const refuse = (error: NodeJS.ErrnoException) => {
    throw cannotOpen(path, error);
  };
  const known = await stat(path).catch(refuse);
  if (known.isDirectory()) {
    throw new UserError('INPUT_DIRECTORY', `${path} is a directory: name the recording in it.`);
  }
  if (known.isFIFO()) {
    await access(path, constants.R_OK).catch(refuse);
    return { name: path, size: undefined, ...openNamedPipe(path) };
  }
  const file = await open(path).catch(refuse);
  const close = () => file.close();
  if (!known.isFile()) return { name: path, size: undefined, chunks: () => fileChunks(file, null), close };
  return {
    name: path,
    size: known.size,
    chunks: () => fileChunks(file, 0),
    read: (offset, length) => readAt(file, offset, length),
    close,
  };
}

function cannotOpen(path: string, error: NodeJS.ErrnoException): UserError {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
  };
  return new UserError(
    'INPUT_UNREADABLE',
    `${path} cannot be read: ${reasons[error.code ?? ''] ?? error.message}.`,
  );
}

async function* fileChunks(file: FileHandle, start: number | null): AsyncGenerator<Uint8Array> {
  // The next bytes are read into the other buffer while these are looked at.
  let [buffer, other] = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)];
  let position = start;
  let reading = file.read(buffer, 0, CHUNK, position);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    if (position !== null) position += bytesRead;
    reading = file.read(other, 0, CHUNK, position);
    reading.catch(() => {}); // is thrown where it is awaited
    yield buffer.subarray(0, bytesRead);
    [buffer, other] = [other, buffer];
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function standardInput(): RawSource {
  return {
    name: 'standard input',
    size: undefined,
    chunks: () => process.stdin,
    close: async () => {
      process.stdin.destroy();
    },
  };
}

/** Takes the first bytes, and gives all bytes again from the start. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; chunks: AsyncIterable<Uint8Array> }> {
  const rest = source[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD_LENGTH) {
    const { done, value } = await rest.next();
    if (done) break;
    parts.push(new Uint8Array(value));
    length += value.length;
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* parts;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { head: Buffer.concat(parts).subarray(0, HEAD_LENGTH), chunks: chunks() };
}

type Unwrap = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

function unwrapperOf(head: Uint8Array): Unwrap | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return gunzip;
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return unzstd;
  return undefined;
}

function gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(chunks), createGunzip({ chunkSize: 65_536 }), () => {});
}

/** Four bytes of zstd can stand for 128 KiB: what is unpacked at once stays below 128 MiB. */
const ZSTD_PIECE = 4096;

async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let out: Uint8Array[] = [];
  const stream = new Decompress((chunk) => out.push(chunk));
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += ZSTD_PIECE) {
      stream.push(new Uint8Array(chunk.subarray(at, at + ZSTD_PIECE)));
      yield* out;
      out = [];
    }
  }
  stream.push(new Uint8Array(0), true);
  yield* out;
}

/** Unwraps, and stops where a small file grows without end. */
async function* limited(
  name: string,
  unwrap: Unwrap,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let packed = 0;
  let unpacked = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      packed += chunk.length;
      yield chunk;
    }
  }
  try {
    for await (const chunk of unwrap(counted())) {
      unpacked += chunk.length;
      if (unpacked > LIMITS.unpackedFree && unpacked > packed * LIMITS.unpackedRatio) {
        throw new UserError(
          'INPUT_BOMB',
          `${name} unpacks to more than ${LIMITS.unpackedRatio} times its size: unpack it yourself if you trust it.`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'INPUT_DAMAGED',
      `${name} cannot be unpacked: ${(error as Error).message}; fetch or pack it again.`,
    );
  }
}

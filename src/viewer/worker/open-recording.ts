import type { Source } from '../../formats/format.js';
import { detectFormat, FORMATS, HEAD_LENGTH } from '../../formats/index.js';
import { UserError } from '../../profile/errors.js';
import { LIMITS } from '../../profile/limits.js';
import { Profile } from '../../profile/profile.js';
import { browserCodec } from './codec.js';

/** Called with the share of the file that has been read, 0 to 1. */
export type OnProgress = (share: number) => void;

/**
 * Reads a file of any format that can be read in a browser, told by its content; gzip is unwrapped.
 * @throws UserError when it is of no known format or is damaged
 */
export async function openRecording(name: string, file: Blob, onProgress: OnProgress): Promise<Profile> {
  if (file.size === 0) throw new UserError('INPUT_EMPTY', `${name} is empty: there is nothing to read.`);
  const plain = (await isGzip(file)) ? await gunzip(name, file) : file;
  const head = await bytesOf(plain.slice(0, HEAD_LENGTH));
  const format = detectFormat(head);
  if (format?.name === 'perf-data') {
    throw new UserError(
      'PERF_DATA_IN_BROWSER',
      `${name} is a perf.data, whose names are in files of the machine that recorded it: open it there by \`stackscope view ${name}\`.`,
    );
  }
  if (format?.read === undefined) {
    const known = FORMATS.filter(({ read, name }) => read && name !== 'perf-data').map(({ title }) => title);
    throw new UserError(
      'FORMAT_UNKNOWN',
      `${name} is nothing that this page reads: it reads ${known.join(', ')}.`,
    );
  }
  const profile = new Profile();
  await format.read(sourceOf(name, plain, onProgress), profile, { codec: browserCodec });
  return profile;
}

const CHUNK = 1 << 20;

function sourceOf(name: string, file: Blob, onProgress: OnProgress): Source {
  const read = async (offset: number, length: number) => {
    const bytes = await bytesOf(file.slice(offset, offset + length));
    onProgress(Math.min(1, (offset + bytes.length) / file.size));
    return bytes;
  };
  return {
    name,
    size: file.size,
    read,
    async *chunks() {
      for (let at = 0; at < file.size; at += CHUNK) yield await read(at, CHUNK);
    },
  };
}

async function isGzip(file: Blob): Promise<boolean> {
  const [first, second] = await bytesOf(file.slice(0, 2));
  return first === 0x1f && second === 0x8b;
}

async function gunzip(name: string, file: Blob): Promise<Blob> {
  const most = Math.max(LIMITS.unpackedFree, file.size * LIMITS.unpackedRatio);
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const pieces: BlobPart[] = [];
  let size = 0;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      pieces.push(piece.value as BlobPart);
      size += piece.value.length;
      if (size > most) break;
    }
  } catch {
    throw new UserError('INPUT_DAMAGED', `${name} cannot be unpacked: get it again or pack it again.`);
  }
  if (size <= most) return new Blob(pieces);
  await reader.cancel();
  throw new UserError(
    'INPUT_BOMB',
    `${name} unpacks to more than ${LIMITS.unpackedRatio} times its size: unpack it yourself if you trust it.`,
  );
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

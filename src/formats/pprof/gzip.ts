/** Gzip around deflate (RFC 1952): one member, since browsers take no more. */
import type { Codec } from '../../profile/file/codec.js';
import { crc32 } from '../../profile/file/crc32.js';

/** Deflate, no time, no flags, an unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** Packs the pieces as one. */
export async function* gzip(pieces: Iterable<Uint8Array>, codec: Codec): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let size = 0;
  let crc = 0;
  for (const piece of pieces) {
    crc = crc32(piece, crc);
    size += piece.length;
    held.push(piece);
  }
  const raw = new Uint8Array(size);
  let at = 0;
  for (const piece of held) {
    raw.set(piece, at);
    at += piece.length;
  }
  yield HEADER;
  yield await codec.deflate(raw);
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc, true);
  trailer.setUint32(4, size, true);
  yield new Uint8Array(trailer.buffer);
}

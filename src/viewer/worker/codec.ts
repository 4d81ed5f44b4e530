import type { Codec } from '../../profile/file/codec.js';

/** Deflate by the browser's streams. */
export const browserCodec: Codec = {
  deflate: async (raw) => {
    const packed = new Blob([raw as BlobPart]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    return new Uint8Array(await new Response(packed).arrayBuffer());
  },
  inflate: async (packed, rawLength) => {
    const stream = new Blob([packed as BlobPart]).stream();
    const reader = stream.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
    const raw = new Uint8Array(rawLength);
    let at = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      if (at + piece.value.length > rawLength) {
        await reader.cancel();
        throw new RangeError(`more than ${rawLength} bytes`);
      }
      raw.set(piece.value, at);
      at += piece.value.length;
    }
    return at === rawLength ? raw : raw.subarray(0, at);
  },
};

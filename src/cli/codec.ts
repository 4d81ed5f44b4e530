import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRawSync } from 'node:zlib';
import type { Codec } from '../profile/file/codec.js';

const deflate = promisify(deflateRaw);

/** Deflate by Node's zlib; packing runs on the thread pool, beside what makes the next block. */
export const nodeCodec: Codec = {
  deflate: (raw) => deflate(raw, { level: 6 }) as Promise<Uint8Array>,
  inflate: (packed, rawLength) =>
    inflateRawSync(packed, { maxOutputLength: Math.max(rawLength, 1), finishFlush: constants.Z_FINISH }),
};

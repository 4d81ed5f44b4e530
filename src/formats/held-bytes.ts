import type { UserError } from '../profile/errors.js';
import type { Source } from './format.js';

/** All bytes of a source; `tooMany` is thrown where there are more than `most`. */
export async function heldBytes(source: Source, most: number, tooMany: () => UserError): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source.chunks()) {
    size += piece.length;
    if (size > most) throw tooMany();
    pieces.push(new Uint8Array(piece));
  }
  if (pieces.length === 1) return pieces[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

import { LIMITS } from '../limits.js';
import { Malformed } from '../malformed.js';
import { MAX_STRING_LENGTH, type StringTable } from '../strings.js';
import { type ByteReader, type ByteWriter, decodeText } from './bytes.js';

/** A block of texts ends before it grows past this many UTF-16 units, so that its bytes stay within the limit. */
const BLOCK_CHARACTERS = 1_048_576;

/** The end of the block of texts that begins with `from`. */
export function stringsBlockEnd(strings: StringTable, from: number): number {
  const end = Math.min(strings.length, from + LIMITS.blockRows);
  let characters = 0;
  let id = from;
  while (id < end && characters < BLOCK_CHARACTERS) characters += strings.get(id++).length;
  return id;
}

/** Writes texts `from` up to `to`: first id, how many, their lengths in bytes, then their UTF-8 in one piece. */
export function encodeStrings(out: ByteWriter, strings: StringTable, from: number, to: number): void {
  const encoder = new TextEncoder();
  const texts: Uint8Array[] = [];
  out.varint(from);
  out.varint(to - from);
  for (let id = from; id < to; id++) {
    const bytes = encoder.encode(strings.get(id));
    out.varint(bytes.length);
    texts.push(bytes);
  }
  for (const bytes of texts) out.raw(bytes);
}

/** Adds to `strings` the texts that `encodeStrings` wrote, which must be the next ones. */
export function decodeStrings(input: ByteReader, strings: StringTable): void {
  const first = input.varint();
  const rows = input.varint();
  if (first !== strings.length) throw new Malformed(`text ${first} follows after ${strings.length} texts`);
  if (rows > LIMITS.blockRows) throw new Malformed(`${rows} texts are more than ${LIMITS.blockRows}`);
  if (first + rows > LIMITS.strings) throw new Malformed(`there are more than ${LIMITS.strings} texts`);
  const lengths = Array.from({ length: rows }, () => input.varint());
  const bytes = input.raw(input.left);
  const whole = decodeText(bytes);
  const ascii = whole.length === bytes.length;
  let at = 0;
  for (const length of lengths) {
    if (length > bytes.length - at) throw new Malformed('the texts are shorter than stated');
    const text = ascii ? whole.slice(at, at + length) : decodeText(bytes.subarray(at, at + length));
    if (text.length > MAX_STRING_LENGTH) throw new Malformed(`a text is longer than ${MAX_STRING_LENGTH}`);
    strings.append(text);
    at += length;
  }
  if (at < bytes.length) throw new Malformed('the texts are longer than stated');
}

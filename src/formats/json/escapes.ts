/** Where the bytes of a text with escapes are put: as UTF-8, a lone surrogate in three bytes as if it were none. */
export interface Unescaped {
  bytes: Uint8Array;
  length: number;
  /** Whether there is a lone surrogate. */
  surrogates: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SHORT: ReadonlyMap<number, number> = new Map(
  [...'bfnrt'].map((letter, i) => [letter.charCodeAt(0), [8, 12, 10, 13, 9][i]]),
);

/**
 * Decodes the escapes of `bytes[from, to)`, the inside of a JSON string. Returns -1, or the index of the backslash of
 * an escape that JSON does not have.
 */
export function decodeEscapes(bytes: Uint8Array, from: number, to: number, into: Unescaped): number {
  if (into.bytes.length < to - from) into.bytes = new Uint8Array((to - from) * 2);
  into.length = 0;
  into.surrogates = false;
  for (let at = from; at < to; ) {
    if (bytes[at] !== BACKSLASH) {
      into.bytes[into.length++] = bytes[at++];
      continue;
    }
    const letter = bytes[at + 1];
    if (letter === 0x75) {
      const unit = hex(bytes, at + 2, to);
      if (unit < 0) return at;
      const low = isHigh(unit) && bytes[at + 6] === BACKSLASH ? hex(bytes, at + 8, to) : -1;
      const isPair = bytes[at + 7] === 0x75 && low >= 0xdc00 && low <= 0xdfff;
      put(isPair ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit, into);
      at += isPair ? 12 : 6;
      continue;
    }
    const plain = letter === QUOTE || letter === BACKSLASH || letter === 0x2f ? letter : SHORT.get(letter);
    if (plain === undefined) return at;
    into.bytes[into.length++] = plain;
    at += 2;
  }
  return -1;
}

/** Decodes what `decodeEscapes` made where TextDecoder would put U+FFFD for each half of a pair. */
export function decodeSurrogates(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let from = 0;
  for (let at = 0; at + 2 < bytes.length; at++) {
    if (bytes[at] !== 0xed || bytes[at + 1] < 0xa0) continue;
    text += decoder.decode(bytes.subarray(from, at));
    text += String.fromCharCode(0xd000 | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f));
    at += 2;
    from = at + 1;
  }
  return text + decoder.decode(bytes.subarray(from));
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** The value of four hexadecimal digits, -1 when there are none. */
function hex(bytes: Uint8Array, from: number, to: number): number {
  if (from + 4 > to) return -1;
  let value = 0;
  for (let at = from; at < from + 4; at++) {
    const lower = bytes[at] | 0x20;
    const digit = bytes[at] >= 0x30 && bytes[at] <= 0x39 ? bytes[at] - 0x30 : lower - 0x57;
    if (digit < 0 || digit > 15 || (digit > 9 && lower < 0x61)) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Appends a code point. */
function put(code: number, into: Unescaped): void {
  const { bytes } = into;
  if (code >= 0xd800 && code <= 0xdfff) into.surrogates = true;
  if (code < 0x80) {
    bytes[into.length++] = code;
    return;
  }
  const following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  bytes[into.length++] = ((0xf00 >> (following + 1)) & 0xff) | (code >> (6 * following));
  for (let k = following - 1; k >= 0; k--) bytes[into.length++] = 0x80 | ((code >> (6 * k)) & 0x3f);
}

import { Malformed } from '../../profile/malformed.js';

/** Real maps are six deep; each value takes memory of its own, which texts of the same length do not. */
const MAX_DEPTH = 32;
const MAX_VALUES = 4_194_304;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** Throws `Malformed` when a JSON text would take much more memory as values than it has characters. */
export function checkShape(json: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json.charCodeAt(at);
    if (char === QUOTE) {
      at = endOfString(json, at);
    } else if (char === COMMA) {
      if (++values > MAX_VALUES) throw new Malformed(`it has more than ${MAX_VALUES} values`);
    } else if (isOpening(char)) {
      if (++depth > MAX_DEPTH) throw new Malformed(`it is more than ${MAX_DEPTH} levels deep`);
    } else if (isClosing(char)) {
      depth--;
    }
  }
}

/** `[` and `{` differ in one bit, as do `]` and `}`. */
function isOpening(char: number): boolean {
  return (char & ~0x20) === 0x5b;
}

function isClosing(char: number): boolean {
  return (char & ~0x20) === 0x5d;
}

/** Where the string that begins at `start` ends; the text's length when it does not. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}

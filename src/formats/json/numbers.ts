const MINUS = 0x2d;
const DOT = 0x2e;
/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15;
const TENS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** A number that was read; one object is used over and over. */
export interface ReadNumber {
  /** NaN when it is none. */
  value: number;
  /** Index after its last byte. */
  end: number;
}

/**
 * Reads the number at `from`. After it `bytes` must hold a byte that belongs to no number (the scanner puts a 0 after
 * the last one). As JSON has it, but `01` and `1.` are taken too.
 */
export function readNumber(bytes: Uint8Array, from: number, into: ReadNumber): void {
  const negative = bytes[from] === MINUS;
  const first = negative ? from + 1 : from;
  let at = first;
  let value = 0;
  for (let digit = bytes[at] - 0x30; digit >= 0 && digit <= 9; digit = bytes[++at] - 0x30) {
    value = value * 10 + digit;
  }
  let digits = at - first;
  if (digits > 0 && bytes[at] === DOT) {
    const point = at;
    for (let digit = bytes[++at] - 0x30; digit >= 0 && digit <= 9; digit = bytes[++at] - 0x30) {
      value = value * 10 + digit;
    }
    digits = at - first - 1;
    // Both are exact, so that the quotient is the double nearest to the decimal number.
    if (digits <= EXACT_DIGITS) value /= TENS[at - point - 1];
  }
  if (digits === 0 || digits > EXACT_DIGITS || continues(bytes[at])) readAny(bytes, from, into);
  else {
    into.value = negative ? -value : value;
    into.end = at;
  }
}

/** Any number that JavaScript knows, by way of its text. */
function readAny(bytes: Uint8Array, from: number, into: ReadNumber): void {
  let end = from;
  while (continues(bytes[end])) end++;
  const text = String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 1024)));
  const isNumber = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) && end - from <= 1024;
  into.value = isNumber ? Number(text) : Number.NaN;
  into.end = end;
}

/** Whether a byte belongs to a number that has begun: `0-9 + - . e E`. */
function continues(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2b ||
    byte === MINUS ||
    byte === DOT ||
    (byte | 0x20) === 0x65
  );
}

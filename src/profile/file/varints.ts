import { Malformed } from '../malformed.js';

/** Bytes that the unsigned LEB128 varint of `value`, an integer up to 2^53 - 1, takes. */
export function varintSize(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  if (value < 2_097_152) return 3;
  let size = 4;
  for (let rest = value / 268_435_456; rest >= 1; rest /= 128) size++;
  return size;
}

/** Reads `count` varints that must take all of `bytes`. Short ones, which nearly all are, need no loop. */
export function readVarints(bytes: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at >= bytes.length) throw new Malformed('a column has too few bytes');
    const first = bytes[at++];
    if (first < 128) {
      values[i] = first;
      continue;
    }
    let value = first & 127;
    let scale = 128;
    let byte: number;
    do {
      if (at >= bytes.length) throw new Malformed('a column ends in the middle of a number');
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127 && scale <= 2 ** 49);
    if (byte > 127 || value > Number.MAX_SAFE_INTEGER) throw new Malformed('a number is larger than 2^53');
    values[i] = value;
  }
  if (at < bytes.length) throw new Malformed('a column has too many bytes');
  return values;
}

/** Small magnitudes of either sign become small numbers: 0, -1, 1, -2… are 0, 1, 2, 3… */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

export function unzigzag(value: number): number {
  if (value <= 0x7fffffff) return (value >>> 1) ^ -(value & 1);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

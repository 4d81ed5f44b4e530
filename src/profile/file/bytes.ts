import { Malformed } from '../malformed.js';

/** Writes numbers and texts into bytes that grow as needed. */
export class ByteWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** An unsigned LEB128 varint of an integer up to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(8);
    const { bytes } = this;
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[this.length++] = rest;
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A UTF-8 text behind its length in bytes. */
  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what `ByteWriter` wrote; throws `Malformed` where the bytes end too soon or a number is too large. */
export class ByteReader {
  private readonly view: DataView;
  at = 0;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw new Malformed('a number is larger than 2^53');
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new Malformed('it ends in the middle of a number');
    return this.bytes[this.at++];
  }

  float64(): number {
    if (this.left < 8) throw new Malformed('it ends in the middle of a number');
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  /** The next `length` bytes, not copied. */
  raw(length: number): Uint8Array {
    if (length > this.left) throw new Malformed(`it states ${length} bytes where ${this.left} are left`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A reader of the next `length` bytes alone. */
  section(length: number): ByteReader {
    return new ByteReader(this.raw(length));
  }

  text(): string {
    return decodeText(this.raw(this.varint()));
  }

  end(): void {
    if (this.left > 0) throw new Malformed(`${this.left} bytes are left over`);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed('a text is not valid UTF-8');
  }
}

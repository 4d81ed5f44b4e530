import { Wire } from './message-reader.js';

const TWO_32 = 2 ** 32;
const encoder = new TextEncoder();

/** Puts the fields of protocol buffers messages one after the other into bytes that grow. */
export class MessageWriter {
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  length = 0;

  /** A number field, from 0; left out when it is 0, which is how the format says 0. */
  number(field: number, value: number): void {
    if (value === 0) return;
    this.varint(field * 8 + Wire.Varint);
    this.varint(value);
  }

  /** A number field of 64 bits, in halves. */
  long(field: number, low: number, high: number): void {
    if (high < 0x20_0000) {
      this.number(field, high * TWO_32 + low);
      return;
    }
    this.varint(field * 8 + Wire.Varint);
    this.reserve(10);
    for (let i = 0; i < 4; i++) this.bytes[this.length++] = ((low >>> (7 * i)) & 127) | 128;
    this.bytes[this.length++] = (low >>> 28) | ((high & 7) << 4) | 128;
    let rest = high >>> 3;
    for (; rest > 127; rest >>>= 7) this.bytes[this.length++] = (rest & 127) | 128;
    this.bytes[this.length++] = rest;
  }

  text(field: number, text: string): void {
    this.blob(field, encoder.encode(text));
  }

  /** The bytes of a text, or of a message made by another writer. */
  blob(field: number, bytes: Uint8Array): void {
    this.varint(field * 8 + Wire.Bytes);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Fields that another writer has encoded. */
  raw(fields: Uint8Array): void {
    this.reserve(fields.length);
    this.bytes.set(fields, this.length);
    this.length += fields.length;
  }

  /** A whole number from 0 that fits 64 bits. */
  varint(value: number): void {
    this.reserve(10);
    let rest = value;
    for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) this.bytes[this.length++] = (rest % 128) | 128;
    for (; rest > 127; rest >>>= 7) this.bytes[this.length++] = (rest & 127) | 128;
    this.bytes[this.length++] = rest;
  }

  /** What was written, until the next call of any other method. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** A copy of what was written; begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  clear(): void {
    this.length = 0;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + more, this.bytes.length * 2));
    grown.set(this.view());
    this.bytes = grown;
  }
}

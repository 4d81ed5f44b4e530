import { Malformed } from '../../profile/malformed.js';

/** How a field's value is stored (protobuf.dev, "Encoding"); groups, 3 and 4, are of the time before proto3. */
export enum Wire {
  Varint = 0,
  Fixed64 = 1,
  Bytes = 2,
  Fixed32 = 5,
}

const TWO_32 = 2 ** 32;

/**
 * Walks the fields of protocol buffers messages where they lie, without an object a field. What is nested is read by
 * the same reader, between `enter` and `leave`. Throws `Malformed` with the byte.
 */
export class MessageReader {
  /** Of the field that `next` came to. */
  wire: Wire = Wire.Varint;
  /** The halves of the number that was read last. */
  low = 0;
  high = 0;

  constructor(
    readonly bytes: Uint8Array,
    /** Where the next byte is read. */
    public at = 0,
    /** Where the message ends. */
    public end = bytes.length,
  ) {}

  /** The number of the next field, 0 at the end of the message. */
  next(): number {
    if (this.at >= this.end) return 0;
    const begin = this.at;
    const tag = this.unsigned();
    this.wire = tag & 7;
    const field = Math.floor(tag / 8);
    if (field === 0 || field >= 2 ** 29) throw new Malformed(`byte ${begin}: ${field} is no field's number`);
    return field;
  }

  /** A number from 0; past 2^53 it is rounded, and `low` and `high` tell it whole. */
  unsigned(): number {
    const byte = this.bytes[this.at];
    if (byte < 128 && this.at < this.end) {
      this.at++;
      this.low = byte;
      this.high = 0;
      return byte;
    }
    this.readLong();
    return this.high * TWO_32 + this.low;
  }

  /** A number in two's complement. */
  signed(): number {
    this.unsigned();
    return (this.high | 0) * TWO_32 + this.low;
  }

  /** The length of the bytes that follow; they are in the message. */
  length(): number {
    const begin = this.at;
    const length = this.unsigned();
    if (length > this.end - this.at) {
      throw new Malformed(`byte ${begin}: ${length} bytes are said to follow, and ${this.end - this.at} do`);
    }
    return length;
  }

  /** Goes on within the message that begins here; `leave` wants what it returns. */
  enter(): number {
    this.expect(Wire.Bytes);
    const length = this.length();
    const outer = this.end;
    this.end = this.at + length;
    return outer;
  }

  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  /** Passes over the value of a field that is not wanted. */
  skip(): void {
    const begin = this.at;
    if (this.wire === Wire.Varint) this.unsigned();
    else if (this.wire === Wire.Bytes) {
      const length = this.length();
      this.at += length;
    } else if (this.wire === Wire.Fixed64) this.at += 8;
    else if (this.wire === Wire.Fixed32) this.at += 4;
    else throw new Malformed(`byte ${begin}: a field is stored in way ${this.wire}, which is not known`);
    if (this.at > this.end) throw new Malformed(`byte ${begin}: the message ends within a value`);
  }

  /** Throws unless the field is stored so. */
  expect(wire: Wire): void {
    if (this.wire !== wire)
      throw new Malformed(`byte ${this.at}: a field is stored in way ${this.wire}, not ${wire}`);
  }

  private readLong(): void {
    const begin = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw new Malformed(`byte ${begin}: the message ends within a number`);
      const byte = this.bytes[this.at++];
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= shift < 63 ? bits << (shift - 32) : (bits & 1) << 31;
      if (byte < 128) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw new Malformed(`byte ${begin}: a number has more than ten bytes`);
  }
}

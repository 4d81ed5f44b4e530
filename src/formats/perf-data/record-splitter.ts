import { RECORD_HEADER_BYTES, RecordType } from './records.js';

/** What a splitter hands on. `at` is the byte offset in the source, for messages. */
export interface RecordSink {
  /** Whole records that follow one another in `bytes`, to be put in time order. Valid during the call only. */
  records(bytes: Uint8Array, at: number): void;
  /** A record that acts at once, whole with its header. Valid during the call only. */
  immediate(type: RecordType, record: Uint8Array, at: number): void;
}

const IMMEDIATE = new Uint8Array(256);
for (const type of [
  RecordType.HeaderAttr,
  RecordType.HeaderTracingData,
  RecordType.FinishedRound,
  RecordType.Auxtrace,
  RecordType.EventUpdate,
  RecordType.HeaderFeature,
  RecordType.Compressed,
  RecordType.Compressed2,
]) {
  IMMEDIATE[type] = 1;
}

/** A record's size is a u16, so no record needs a longer carry. */
const CARRY_BYTES = 65_536;

/**
 * Cuts a stream of bytes, in pieces of any size, into whole records. Bytes are handed on without a copy, in runs
 * as long as can be; only a record cut by the end of a piece is copied.
 */
export class RecordSplitter {
  private readonly carry = new Uint8Array(CARRY_BYTES);
  private carried = 0;
  /** Bytes still to pass over: the payload that follows some records. */
  private toSkip = 0;
  /** Offset of the record that could not be one (its size is below its header's); -1 while all is well. */
  damagedAt = -1;

  constructor(
    private readonly sink: RecordSink,
    private readonly bigEndian: boolean,
    /** Offset of the next byte in the source. */
    private at: number,
  ) {}

  /** Bytes of an unfinished record or payload: not 0 at the end of the source means it was cut. */
  get unfinished(): number {
    return this.carried > 0 ? this.carried : this.toSkip > 0 ? 1 : 0;
  }

  /** Offset of the first byte that was not part of a whole record. */
  get position(): number {
    return this.at - this.carried;
  }

  /**
   * Takes bytes of `piece` from `from` on and returns where it stopped: the end, or just after a compressed record,
   * whose content may be large enough that the caller wants to deal with it first.
   */
  feed(piece: Uint8Array, from: number): number {
    let next = from;
    while (next < piece.length && this.damagedAt < 0) {
      if (this.toSkip > 0) next += this.skip(piece.length - next);
      else if (this.carried > 0) next = this.completeCarried(piece, next);
      else {
        const result = this.splitRun(piece, next);
        if (result.paused) return result.next;
        next = result.next;
      }
    }
    return this.damagedAt < 0 ? next : piece.length;
  }

  private skip(available: number): number {
    const skipped = Math.min(this.toSkip, available);
    this.toSkip -= skipped;
    this.at += skipped;
    return skipped;
  }

  /** Completes the record begun in an earlier piece; returns the next unread offset of this one. */
  private completeCarried(piece: Uint8Array, from: number): number {
    const next = this.carryUpTo(RECORD_HEADER_BYTES, piece, from);
    if (this.carried < RECORD_HEADER_BYTES) return next;
    const size = this.sizeAt(this.carry, 0);
    if (size < RECORD_HEADER_BYTES) {
      this.damagedAt = this.position;
      return next;
    }
    const end = this.carryUpTo(size, piece, next);
    if (this.carried < size) return end;
    this.carried = 0;
    this.handOn(this.carry.subarray(0, size), this.typeAt(this.carry, 0), this.at - size);
    return end;
  }

  private carryUpTo(length: number, piece: Uint8Array, from: number): number {
    const taken = Math.min(Math.max(0, length - this.carried), piece.length - from);
    this.carry.set(piece.subarray(from, from + taken), this.carried);
    this.carried += taken;
    this.at += taken;
    return from + taken;
  }

  /** Hands on all whole records from `from` up to one that acts at once or is cut by the end of the piece. */
  private splitRun(piece: Uint8Array, from: number): { next: number; paused: boolean } {
    const end = piece.length;
    let next = from;
    while (next + RECORD_HEADER_BYTES <= end) {
      const size = this.sizeAt(piece, next);
      if (size < RECORD_HEADER_BYTES || next + size > end) break;
      const type = this.typeAt(piece, next);
      if (type < 256 && IMMEDIATE[type] === 1) {
        this.emitRun(piece, from, next);
        const paused = type === RecordType.Compressed || type === RecordType.Compressed2;
        this.at += size;
        this.handOn(piece.subarray(next, next + size), type, this.at - size);
        return { next: next + size, paused };
      }
      next += size;
      // Records are multiples of 8 bytes; one that is not would leave those after it unaligned in the run.
      if ((size & 7) !== 0) break;
    }
    this.emitRun(piece, from, next);
    if (next > from) return { next, paused: false };
    return { next: this.startCarry(piece, next), paused: false };
  }

  private startCarry(piece: Uint8Array, from: number): number {
    if (from + RECORD_HEADER_BYTES <= piece.length && this.sizeAt(piece, from) < RECORD_HEADER_BYTES) {
      this.damagedAt = this.at;
      return from;
    }
    return this.carryUpTo(piece.length - from, piece, from);
  }

  private emitRun(piece: Uint8Array, from: number, to: number): void {
    if (to === from) return;
    this.sink.records(piece.subarray(from, to), this.at);
    this.at += to - from;
  }

  private handOn(record: Uint8Array, type: number, at: number): void {
    if (type >= 256 || IMMEDIATE[type] === 0) {
      this.sink.records(record, at);
      return;
    }
    this.toSkip = payloadAfter(type, record, this.bigEndian);
    this.sink.immediate(type, record, at);
  }

  private sizeAt(bytes: Uint8Array, at: number): number {
    return this.bigEndian ? (bytes[at + 6] << 8) | bytes[at + 7] : bytes[at + 6] | (bytes[at + 7] << 8);
  }

  private typeAt(bytes: Uint8Array, at: number): number {
    const [a, b, c, d] = this.bigEndian ? [at + 3, at + 2, at + 1, at] : [at, at + 1, at + 2, at + 3];
    return (bytes[a] | (bytes[b] << 8) | (bytes[c] << 16) | (bytes[d] << 24)) >>> 0;
  }
}

/** Bytes that follow a record without being counted in its size. */
function payloadAfter(type: number, record: Uint8Array, bigEndian: boolean): number {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  if (type === RecordType.HeaderTracingData && record.length >= 12) {
    return Math.ceil(view.getUint32(8, !bigEndian) / 8) * 8;
  }
  if (type === RecordType.Auxtrace && record.length >= 16) return Number(view.getBigUint64(8, !bigEndian));
  return 0;
}

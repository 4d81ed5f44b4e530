import { F64Column, U32Column } from '../profile/columns.js';
import { addEvicting, findRange, NO_RANGES } from './code-ranges.js';
import { NameArena } from './name-arena.js';

/** No entry covers the address. */
export const NO_ENTRY = -1;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const NO_BYTES = new Uint8Array(0);
/** A last line that has not ended by then is no line of a map. */
const MAX_LINE = 1 << 20;
/** Names of code that is gone are dropped when there is this much of them. */
const COMPACT_ABOVE = 8 << 20;
/** So many lines are put in effect at once, which bounds the memory that takes. */
const MAX_PENDING = 1 << 18;

/**
 * The code of one process as its perf map tells it: lines `START SIZE NAME`, both numbers hexadecimal
 * (tools/perf/Documentation/jit-interface.txt in Linux). Code is moved and freed and its addresses are used
 * again, so a line evicts all older ones that it overlaps. Lines carry no time: the reader dates them by when
 * it saw them, and they take effect in `advance`.
 *
 * Entries for bytecode, which V8 writes beside code, lie in memory that is not executable: no sample asks for
 * them, and they evict nothing but each other.
 */
export class PerfMap {
  private names = new NameArena();
  private live = NO_RANGES;
  /** Lines that are read and not yet in effect, oldest first, from `firstPending` on. */
  private readonly pending = {
    start: new F64Column(),
    end: new F64Column(),
    name: new U32Column(),
    date: new F64Column(),
  };
  private firstPending = 0;
  /** The last line, as far as it was written. */
  private tail: Uint8Array = NO_BYTES;
  private bytesFed = 0;
  private compactedSize = 0;
  /** Goes up when entries that `find` returned before are no longer valid. */
  compactions = 0;

  /** Bytes of the map seen so far; the next ones to read are at this offset. */
  get size(): number {
    return this.bytesFed;
  }

  /** Whether no line gave an entry. */
  get isEmpty(): boolean {
    return this.names.size === 0;
  }

  /** Date of the first line that is not in effect, Infinity when all are. */
  get nextDate(): number {
    const { date } = this.pending;
    return this.firstPending < date.length ? date.data[this.firstPending] : Number.POSITIVE_INFINITY;
  }

  /** Adds the map's next bytes, first seen at `date`; a last line without its end waits for the rest of it. */
  feed(bytes: Uint8Array, date: number): void {
    this.bytesFed += bytes.length;
    const text = this.tail.length === 0 ? bytes : Buffer.concat([this.tail, bytes]);
    let at = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, at)) {
      this.parseLine(text, at, end, date);
      at = end + 1;
    }
    this.tail = text.length - at > MAX_LINE ? NO_BYTES : Uint8Array.from(text.subarray(at));
  }

  /** Puts the lines dated up to `date` in effect; whether there were any. */
  advance(date: number): boolean {
    const { pending } = this;
    if (this.nextDate > date) return false;
    let end = this.firstPending;
    while (end < pending.date.length && pending.date.data[end] <= date) end++;
    this.putInEffect(end);
    if (this.names.size > COMPACT_ABOVE && this.names.size > this.compactedSize * 2) this.compact();
    return true;
  }

  /**
   * The entry that covers `address`, or NO_ENTRY. When none in effect does, it is the first of those to come: a
   * line is seen up to one interval after its code began to run.
   */
  find(address: number): number {
    const entry = findRange(this.live, address);
    return entry >= 0 ? entry : this.findPending(address);
  }

  /** The name of an entry that `find` returned. */
  nameOf(entry: number): string {
    return this.names.at(entry);
  }

  private findPending(address: number): number {
    const { start, end, name } = this.pending;
    for (let i = this.firstPending; i < start.length; i++) {
      if (address >= start.data[i] && address < end.data[i]) return name.data[i];
    }
    return NO_ENTRY;
  }

  /** A line that is not as it should be is left out. */
  private parseLine(text: Uint8Array, from: number, to: number, date: number): void {
    const sizeAt = afterSpace(text, from, to);
    const nameAt = afterSpace(text, sizeAt, to);
    if (nameAt > to) return;
    const start = hexadecimal(text, from, sizeAt - 1);
    const size = hexadecimal(text, sizeAt, nameAt - 1);
    if (!(start + size <= Number.MAX_SAFE_INTEGER) || size === 0) return;
    if (this.pending.date.length - this.firstPending >= MAX_PENDING)
      this.putInEffect(this.pending.date.length);
    this.pending.start.push(start);
    this.pending.end.push(start + size);
    this.pending.name.push(this.names.add(text, nameAt, to));
    this.pending.date.push(date);
  }

  private putInEffect(end: number): void {
    const { pending, firstPending } = this;
    this.live = addEvicting(this.live, {
      start: pending.start.data.subarray(firstPending, end),
      end: pending.end.data.subarray(firstPending, end),
      name: pending.name.data.subarray(firstPending, end),
    });
    this.firstPending = end;
    const left = pending.date.length - end;
    if (left > end) return;
    for (const column of Object.values(pending)) {
      column.data.copyWithin(0, end, column.length);
      column.length = left;
    }
    this.firstPending = 0;
  }

  private compact(): void {
    const { data, length } = this.pending.name;
    this.names = this.names.compact([this.live.name, data.subarray(this.firstPending, length)]);
    this.compactedSize = this.names.size;
    this.compactions++;
  }
}

/** Place after the first space from `from` on; past `to` when there is none before it. */
function afterSpace(text: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && text[at] !== SPACE) at++;
  return at + 1;
}

/** NaN when it is empty or holds anything but hexadecimal digits; beyond 2^53 inexact, which the caller refuses. */
function hexadecimal(text: Uint8Array, from: number, to: number): number {
  let value = from === to ? Number.NaN : 0;
  for (let at = from; at < to; at++) value = value * 16 + digit(text[at]);
  return value;
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : Number.NaN;
}

import { F64Column, U32Column } from '../profile/columns.js';

/** No entry covers the address. */
export const NO_ENTRY = -1;

/** The most bytes of one map that are read: a million lines and more. */
export const MAX_MAP_BYTES = 256 << 20;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const FIRST_CAPACITY = 64 << 10;

/**
 * The code of one process as its perf map tells it: lines `START SIZE NAME`, both numbers hexadecimal
 * (tools/perf/Documentation/jit-interface.txt in Linux). Code is moved and freed and its addresses are used
 * again, so a line evicts all older ones that it overlaps. Lines carry no time: the reader dates them by when
 * it saw them, and they take effect in `advance`.
 *
 * Entries for bytecode, which V8 writes beside code, lie in memory that is not executable: no sample asks for them.
 */
export class PerfMap {
  private text: Buffer = Buffer.alloc(0);
  private textLength = 0;
  /** Bytes of `text` up to the last whole line that was parsed. */
  private parsed = 0;
  private live = emptyRanges(0);
  /** Lines that are read and not yet in effect, oldest first. */
  private readonly pending = {
    start: new F64Column(),
    size: new F64Column(),
    name: new U32Column(),
    date: new F64Column(),
  };
  private firstPending = 0;

  /** Bytes of the map seen so far; the next ones to read are at this offset. */
  get size(): number {
    return this.textLength;
  }

  /** Adds the map's next bytes, first seen at `date`; a last line without its end waits for the rest of it. */
  feed(bytes: Uint8Array, date: number): void {
    this.reserve(this.textLength + bytes.length);
    this.text.set(bytes, this.textLength);
    this.textLength += bytes.length;
    for (let at = this.parsed; ; ) {
      const end = this.text.indexOf(NEWLINE, at);
      if (end < 0 || end >= this.textLength) return;
      this.parseLine(at, end, date);
      at = end + 1;
      this.parsed = at;
    }
  }

  /** Puts the lines dated up to `date` in effect; whether there were any. */
  advance(date: number): boolean {
    const { pending } = this;
    let end = this.firstPending;
    while (end < pending.date.length && pending.date.data[end] <= date) end++;
    if (end === this.firstPending) return false;
    this.live = evict(this.live, {
      start: pending.start.data.subarray(this.firstPending, end),
      size: pending.size.data.subarray(this.firstPending, end),
      name: pending.name.data.subarray(this.firstPending, end),
    });
    this.firstPending = end;
    if (end === pending.date.length) this.forgetPending();
    return true;
  }

  /**
   * The entry that covers `address`, or NO_ENTRY. When none in effect does, it is the first of those to come: a
   * line is seen up to one interval after its code began to run.
   */
  find(address: number): number {
    const { start, end, name } = this.live;
    let low = 0;
    let high = start.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (start[middle] <= address) low = middle + 1;
      else high = middle;
    }
    if (low > 0 && address < end[low - 1]) return name[low - 1];
    return this.findPending(address);
  }

  /** The name of an entry that `find` returned. */
  nameOf(entry: number): string {
    const end = this.text.indexOf(NEWLINE, entry);
    return this.text.toString('utf8', entry, end < 0 ? this.textLength : end);
  }

  private findPending(address: number): number {
    const { start, size, name } = this.pending;
    for (let i = this.firstPending; i < start.length; i++) {
      const inside = address - start.data[i];
      if (inside >= 0 && inside < size.data[i]) return name.data[i];
    }
    return NO_ENTRY;
  }

  /** A line that is not as it should be is left out. */
  private parseLine(from: number, to: number, date: number): void {
    const sizeAt = this.text.indexOf(SPACE, from) + 1;
    if (sizeAt === 0 || sizeAt > to) return;
    const nameAt = this.text.indexOf(SPACE, sizeAt) + 1;
    if (nameAt === 0 || nameAt > to) return;
    const start = hexadecimal(this.text, from, sizeAt - 1);
    const size = hexadecimal(this.text, sizeAt, nameAt - 1);
    if (!(start + size <= Number.MAX_SAFE_INTEGER) || size === 0) return;
    this.pending.start.push(start);
    this.pending.size.push(size);
    this.pending.name.push(nameAt);
    this.pending.date.push(date);
  }

  private forgetPending(): void {
    for (const column of Object.values(this.pending)) column.length = 0;
    this.firstPending = 0;
  }

  private reserve(length: number): void {
    if (length <= this.text.length) return;
    const grown = Buffer.alloc(
      Math.max(FIRST_CAPACITY, length, Math.min(this.text.length * 2, MAX_MAP_BYTES)),
    );
    grown.set(this.text.subarray(0, this.textLength));
    this.text = grown;
  }
}

/** Disjoint ranges of code by start, with the place of their names. */
interface Ranges {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly name: Uint32Array;
}

interface Lines {
  readonly start: Float64Array;
  readonly size: Float64Array;
  readonly name: Uint32Array;
}

/** `old` and `lines` together, without what a later line overlaps. */
function evict(old: Ranges, lines: Lines): Ranges {
  const { kept, covered } = paint(lines);
  const result = emptyRanges(old.start.length + kept.length);
  let length = 0;
  const add = (start: number, end: number, name: number) => {
    result.start[length] = start;
    result.end[length] = end;
    result.name[length++] = name;
  };
  let next = 0;
  let cover = 0;
  for (let i = 0; i < old.start.length; i++) {
    while (cover < covered.length && covered[cover + 1] <= old.start[i]) cover += 2;
    if (cover < covered.length && covered[cover] < old.end[i]) continue;
    for (; next < kept.length && lines.start[kept[next]] < old.start[i]; next++) {
      add(lines.start[kept[next]], lines.start[kept[next]] + lines.size[kept[next]], lines.name[kept[next]]);
    }
    add(old.start[i], old.end[i], old.name[i]);
  }
  for (; next < kept.length; next++) {
    add(lines.start[kept[next]], lines.start[kept[next]] + lines.size[kept[next]], lines.name[kept[next]]);
  }
  return {
    start: result.start.subarray(0, length),
    end: result.end.subarray(0, length),
    name: result.name.subarray(0, length),
  };
}

/**
 * Which lines no later one overlaps, by start, and what all of them together cover, as pairs of start and end.
 * From the newest to the oldest each line paints what is still blank; one that finds paint is evicted. Painted
 * runs are skipped through links that are shortened as they are walked, so any overlap costs next to nothing.
 */
function paint(lines: Lines): { kept: Uint32Array; covered: Float64Array } {
  const count = lines.start.length;
  const edges = new Float64Array(count * 2);
  for (let i = 0; i < count; i++) {
    edges[i * 2] = lines.start[i];
    edges[i * 2 + 1] = lines.start[i] + lines.size[i];
  }
  const cuts = distinct(edges.sort());
  const nextBlank = new Uint32Array(cuts.length + 1);
  for (let i = 0; i < nextBlank.length; i++) nextBlank[i] = i;
  const blankFrom = (from: number): number => {
    let blank = from;
    while (nextBlank[blank] !== blank) {
      nextBlank[blank] = nextBlank[nextBlank[blank]];
      blank = nextBlank[blank];
    }
    return blank;
  };
  const kept: number[] = [];
  for (let line = count - 1; line >= 0; line--) {
    const from = indexOf(cuts, lines.start[line]);
    const to = indexOf(cuts, lines.start[line] + lines.size[line]);
    let painted = 0;
    for (let cut = blankFrom(from); cut < to; cut = blankFrom(cut)) {
      nextBlank[cut] = cut + 1;
      painted++;
    }
    if (painted === to - from) kept.push(line);
  }
  const byStart = Uint32Array.from(kept).sort((a, b) => lines.start[a] - lines.start[b]);
  return { kept: byStart, covered: paintedRuns(cuts, nextBlank) };
}

function paintedRuns(cuts: Float64Array, nextBlank: Uint32Array): Float64Array {
  const runs: number[] = [];
  for (let cut = 0; cut < cuts.length - 1; cut++) {
    if (nextBlank[cut] === cut) continue;
    if (runs.length > 0 && runs[runs.length - 1] === cuts[cut]) runs[runs.length - 1] = cuts[cut + 1];
    else runs.push(cuts[cut], cuts[cut + 1]);
  }
  return Float64Array.from(runs);
}

function distinct(sorted: Float64Array): Float64Array {
  let length = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[length++] = sorted[i];
  }
  return sorted.subarray(0, length);
}

/** Index of a value that is there. */
function indexOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function emptyRanges(capacity: number): { start: Float64Array; end: Float64Array; name: Uint32Array } {
  return {
    start: new Float64Array(capacity),
    end: new Float64Array(capacity),
    name: new Uint32Array(capacity),
  };
}

/** NaN when it is empty or holds anything but hexadecimal digits; beyond 2^53 inexact, which the caller refuses. */
function hexadecimal(text: Buffer, from: number, to: number): number {
  let value = from === to ? Number.NaN : 0;
  for (let at = from; at < to; at++) value = value * 16 + digit(text[at]);
  return value;
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : Number.NaN;
}

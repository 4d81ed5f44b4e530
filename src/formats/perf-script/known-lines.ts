const FIRST_LINES = 1 << 12;
const FIRST_WORDS = 1 << 18;
/** A text with so many lines that agree in their address is none of perf's: the rest is not remembered. */
const MAX_PROBES = 64;
/** Bytes of a frame's line, with its tab, that hold the address. */
const ADDRESS_BYTES = 17;

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
/** What of the last word belongs to a line, by the bytes that are left. */
const TAIL_MASKS = LITTLE_ENDIAN ? [0, 0xff, 0xffff, 0xffffff] : [0, -0x1000000, -0x10000, -0x100];

/** No known line. */
export const NO_LINE = 0;

/**
 * Lines seen before, each with a value, found by their bytes without one string: by what followed the line before
 * it last time, else by a hash of the address they begin with. A line counts with its line end, so that what is
 * equal is whole. Ids are from 1.
 */
export class KnownLines {
  /** By id. `length` in bytes; `value` is the caller's. */
  length = new Uint32Array(FIRST_LINES);
  value = new Uint32Array(FIRST_LINES);
  private place = new Uint32Array(FIRST_LINES);
  /** The line that came after it last time. */
  private follower = new Uint32Array(FIRST_LINES);
  private words = new Int32Array(FIRST_WORDS);
  private usedWords = 0;
  private slots = new Uint32Array(FIRST_LINES * 2);
  private count = 1;

  /** `maxBytes` of lines are held. */
  constructor(private readonly maxBytes: number) {
    this.length[NO_LINE] = 0x7fffffff; // never matches
  }

  /** The known line at `at`, which lies before `end`; `before` is the line before it. The view goes on 4 bytes past `end`. */
  find(view: DataView, at: number, end: number, before: number): number {
    const expected = this.follower[before];
    if (this.matches(expected, view, at, end)) return expected;
    if (at + ADDRESS_BYTES > end) return NO_LINE;
    const mask = this.slots.length - 1;
    let slot = hashOf(view, at) & mask;
    for (let probes = 0; probes < MAX_PROBES; probes++) {
      const id = this.slots[slot];
      if (id === NO_LINE) return NO_LINE;
      if (this.matches(id, view, at, end)) {
        this.follower[before] = id;
        return id;
      }
      slot = (slot + 1) & mask;
    }
    return NO_LINE;
  }

  /** Remembers the line of bytes[at..end), line end included, which `find` did not find. */
  add(bytes: Uint8Array, view: DataView, at: number, end: number, value: number): void {
    const length = end - at;
    const wordCount = (length + 3) >>> 2;
    if (length < ADDRESS_BYTES) return;
    if ((this.usedWords + wordCount) * 4 > this.maxBytes) this.forget();
    this.reserve(wordCount);
    const id = this.count;
    const slot = this.freeSlot(view, at);
    if (slot < 0) return;
    this.count++;
    this.slots[slot] = id;
    this.length[id] = length;
    this.value[id] = value;
    this.place[id] = this.usedWords;
    this.follower[id] = NO_LINE;
    new Uint8Array(this.words.buffer).set(bytes.subarray(at, end), this.usedWords * 4);
    this.usedWords += wordCount;
  }

  private matches(id: number, view: DataView, at: number, end: number): boolean {
    const length = this.length[id];
    if (at + length > end) return false;
    const { words } = this;
    let word = this.place[id];
    const whole = at + (length & ~3);
    let i = at;
    for (; i < whole; i += 4) if (view.getInt32(i, LITTLE_ENDIAN) !== words[word++]) return false;
    const tail = length & 3;
    return tail === 0 || (view.getInt32(i, LITTLE_ENDIAN) & TAIL_MASKS[tail]) === words[word];
  }

  private freeSlot(view: DataView, at: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(view, at) & mask;
    for (let probes = 0; probes < MAX_PROBES; probes++) {
      if (this.slots[slot] === NO_LINE) return slot;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private reserve(words: number): void {
    if (this.usedWords + words > this.words.length) {
      this.words = grown(this.words, Math.max(this.usedWords + words, this.words.length * 2));
    }
    if (this.count < this.length.length) return;
    const capacity = this.length.length * 2;
    this.length = grown(this.length, capacity);
    this.value = grown(this.value, capacity);
    this.place = grown(this.place, capacity);
    this.follower = grown(this.follower, capacity);
    this.rehash(capacity * 2);
  }

  private rehash(size: number): void {
    this.slots = new Uint32Array(size);
    const view = new DataView(this.words.buffer);
    for (let id = 1; id < this.count; id++) {
      const slot = this.freeSlot(view, this.place[id] * 4);
      if (slot >= 0) this.slots[slot] = id;
    }
  }

  private forget(): void {
    this.slots.fill(0);
    this.follower.fill(0);
    this.words.fill(0);
    this.usedWords = 0;
    this.count = 1;
  }
}

/** Of the 16 bytes behind the tab. */
function hashOf(view: DataView, at: number): number {
  let hash = Math.imul(view.getInt32(at + 1, LITTLE_ENDIAN), 0x9e3779b1);
  hash ^= Math.imul(view.getInt32(at + 5, LITTLE_ENDIAN), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  hash ^= Math.imul(view.getInt32(at + 9, LITTLE_ENDIAN), 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 13), 0x9e3779b1) ^ view.getInt32(at + 13, LITTLE_ENDIAN);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 15);
}

function grown<T extends Int32Array | Uint32Array>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
}

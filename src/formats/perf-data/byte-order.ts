import { MISC_MMAP_BUILD_ID, RecordType } from './records.js';

/** Eight bytes of a record's body: a pair of u32, a u64, or bytes that have no order. */
type Unit = 'pair' | 'u64' | 'bytes';

const BODIES: Readonly<Record<number, readonly Unit[]>> = {
  [RecordType.Mmap]: ['pair', 'u64', 'u64', 'u64'],
  [RecordType.Mmap2]: ['pair', 'u64', 'u64', 'u64', 'pair', 'u64', 'u64', 'pair'],
  [RecordType.Comm]: ['pair'],
  [RecordType.Fork]: ['pair', 'pair', 'u64'],
  [RecordType.Exit]: ['pair', 'pair', 'u64'],
  [RecordType.Lost]: ['u64', 'u64'],
  [RecordType.LostSamples]: ['u64'],
};

/** MMAP2 with a build id in the place of device and inode. */
const MMAP2_BUILD_ID: readonly Unit[] = ['pair', 'u64', 'u64', 'u64', 'bytes', 'bytes', 'bytes', 'pair'];

/**
 * Turns a record of the other byte order, words[at..end), into this machine's, in place: as much of it as is read.
 * Its header is in order already. `tid` is the word of a sample, from its start, that begins its pair of u32;
 * `trailerWords` the length of what ends every other record.
 */
export function swapRecord(
  words: Uint32Array,
  at: number,
  end: number,
  tid: number,
  trailerWords: number,
): void {
  const type = words[at];
  if (type === RecordType.Sample) {
    for (let word = at + 2; word + 2 <= end; word += 2) swapU64(words, word);
    if (tid >= 0 && at + tid + 2 <= end) exchange(words, at + tid);
    return;
  }
  const body = bodyOf(type, words[at + 1]);
  const trailer = end - trailerWords;
  for (let index = 0, word = at + 2; index < body.length && word + 2 <= end; index++, word += 2) {
    if (body[index] !== 'bytes') swapU64(words, word);
    if (body[index] === 'pair') exchange(words, word);
  }
  for (let word = Math.max(trailer, at + 2 + body.length * 2); word + 2 <= end; word += 2)
    swapU64(words, word);
}

function bodyOf(type: number, misc: number): readonly Unit[] {
  if (type === RecordType.Mmap2 && (misc & MISC_MMAP_BUILD_ID) !== 0) return MMAP2_BUILD_ID;
  return BODIES[type] ?? [];
}

/** The same for the eight bytes at a record's start. */
export function swapHeader(words: Uint32Array, at: number): void {
  const halves = words[at + 1];
  words[at] = swap32(words[at]);
  words[at + 1] = ((halves & 0x00ff00ff) << 8) | ((halves >>> 8) & 0x00ff00ff);
}

/** Bit fields fill a byte from its other end on machines of the other order, and keep the order of the bytes. */
export function reverseBitsOfBytes(word: number): number {
  let bits = word;
  bits = ((bits >>> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  return bits >>> 0;
}

function swapU64(words: Uint32Array, at: number): void {
  const first = words[at];
  words[at] = swap32(words[at + 1]);
  words[at + 1] = swap32(first);
}

function exchange(words: Uint32Array, at: number): void {
  const first = words[at];
  words[at] = words[at + 1];
  words[at + 1] = first;
}

function swap32(word: number): number {
  return (word << 24) | ((word << 8) & 0x00ff0000) | ((word >>> 8) & 0x0000ff00) | (word >>> 24);
}

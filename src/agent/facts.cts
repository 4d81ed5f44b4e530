/**
 * Evaluated in the main thread of a process that may be attached to: its compiled text is sent through the inspector
 * whole. It tells what the process is, and how many objects its heap holds: starting V8's profiler goes through all
 * of them, so that their number tells how long that takes; their size does not.
 */
import fs = require('node:fs');
import process = require('node:process');
import v8 = require('node:v8');

/** V8 maps its heap in chunks of this size, which begin at multiples of it (`kPageSizeBits` in its globals.h). */
const CHUNK_BYTES = 1 << 18;
const BLOCK_BYTES = 4096;
/** Blocks that are looked at, at most so many of them empty. */
const BLOCKS = 256;
const TRIES = 1024;
/** The golden ratio's multiples fall evenly, however many are taken. */
const GOLDEN = 0.6180339887498949;
const HALF = 2 ** 32;
/** A word that is met less often is no map of many objects. */
const LEAST_OFTEN = 3;

interface Range {
  readonly start: number;
  /** Bytes of the ranges before it. */
  readonly before: number;
}

/** What a process tells of itself. */
function facts() {
  const { pid, version: node } = process;
  const heapBytes = v8.getHeapStatistics().used_heap_size;
  const isTaken = process.listeners('exit').some(({ name }) => name === 'stackscopeExit');
  const bytecodeBytes = v8.getHeapCodeStatistics().bytecode_and_metadata_size;
  return { pid, node, heapBytes, bytecodeBytes, heapObjects: guarded(countObjects), isTaken };
}

/** Null where it is not allowed to read its own memory. */
function guarded(count: () => number): number | null {
  try {
    return count();
  } catch {
    return null;
  }
}

/**
 * An estimate from a sample of the heap's memory, read as a file, which cannot harm. Each object begins with the
 * address of its map, which is an object too: its own map's map is itself, whatever the version of V8.
 */
function countObjects(): number {
  const { ranges, bytes } = heapRanges();
  const memory = fs.openSync('/proc/self/mem', 'r');
  try {
    const { counts, tries } = sampleWords(memory, ranges, bytes);
    let objects = 0;
    for (const [word, often] of counts) {
      if (often >= LEAST_OFTEN && isMap(memory, word)) objects += often;
    }
    return tries === 0 ? 0 : Math.round((objects / tries) * (bytes / BLOCK_BYTES));
  } finally {
    fs.closeSync(memory);
  }
}

/** Anonymous memory that may be written and begins where a chunk may. */
function heapRanges(): { ranges: Range[]; bytes: number } {
  const ranges: Range[] = [];
  let bytes = 0;
  for (const line of fs.readFileSync('/proc/self/maps', 'latin1').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw.p \S+ 00:00 0\s*$/.exec(line) ?? [];
    const start = Number.parseInt(from, 16);
    if (from === undefined || start % CHUNK_BYTES !== 0) continue;
    ranges.push({ start, before: bytes });
    bytes += Number.parseInt(to, 16) - start;
  }
  return { ranges, bytes };
}

/** How often each word that may be a pointer stands in the blocks that were looked at. */
function sampleWords(
  memory: number,
  ranges: readonly Range[],
  bytes: number,
): { counts: Map<number, number>; tries: number } {
  const halves = new Uint32Array(BLOCK_BYTES / 4);
  const block = new Uint8Array(halves.buffer);
  const counts = new Map<number, number>();
  let tries = 0;
  for (let full = 0; bytes > 0 && full < BLOCKS && tries < TRIES; tries++) {
    const at = Math.floor((((tries + 1) * GOLDEN) % 1) * (bytes / BLOCK_BYTES)) * BLOCK_BYTES;
    const { start, before } = rangeAt(ranges, at);
    if (!isRead(memory, block, start + at - before)) continue;
    if (halves.every((half) => half === 0)) continue;
    full++;
    for (let i = 0; i < halves.length; i += 2) {
      // Pointers to V8's objects are marked by 1 in their last two bits; a program's addresses have 47.
      if ((halves[i] & 3) !== 1 || halves[i + 1] === 0 || halves[i + 1] > 0x7fff) continue;
      const word = halves[i + 1] * HALF + halves[i];
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return { counts, tries };
}

function rangeAt(ranges: readonly Range[], at: number): Range {
  let low = 0;
  for (let high = ranges.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (ranges[middle].before <= at) low = middle;
    else high = middle - 1;
  }
  return ranges[low];
}

function isMap(memory: number, pointer: number): boolean {
  const map = wordAt(memory, pointer - 1);
  return map % 4 === 1 && wordAt(memory, map - 1) === map;
}

/** 0 where nothing is mapped. */
function wordAt(memory: number, address: number): number {
  const halves = new Uint32Array(2);
  return isRead(memory, new Uint8Array(halves.buffer), address) ? halves[1] * HALF + halves[0] : 0;
}

/** Fills `bytes`; false where nothing is mapped, or no longer: the collector gives memory back meanwhile. */
function isRead(memory: number, bytes: Uint8Array, address: number): boolean {
  try {
    return fs.readSync(memory, bytes, 0, bytes.length, address) === bytes.length;
  } catch {
    return false;
  }
}

export = facts;

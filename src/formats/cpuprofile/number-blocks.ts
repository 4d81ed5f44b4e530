import { NUMBERS_AT_ONCE as BLOCK } from '../json/shape.js';

type Block = Int16Array | Int32Array | Float64Array;

/**
 * A long list of numbers in as few bytes as they need: blocks of 16 or 32 bits or doubles, whichever holds all of a
 * block. Nothing is copied as it grows.
 */
export class NumberBlocks {
  private readonly blocks: Block[] = [];
  length = 0;
  /** Whether some number is negative, or none. */
  hasNegative = false;

  /** Takes a copy of the next `count` numbers, as a scanner's list hands them on. */
  push(values: Float64Array, count: number): void {
    let fits16 = true;
    let fits32 = true;
    let negative = false;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      const whole = value | 0;
      if (whole !== value) fits32 = false;
      if ((whole << 16) >> 16 !== whole) fits16 = false;
      if (!(value >= 0)) negative = true;
    }
    const block = !fits32 ? new Float64Array(count) : fits16 ? new Int16Array(count) : new Int32Array(count);
    for (let i = 0; i < count; i++) block[i] = values[i];
    this.blocks.push(block);
    this.length += count;
    this.hasNegative ||= negative;
  }

  /** Copies as many numbers from `first` on as there are, at most `into.length`; returns how many. */
  read(first: number, into: Float64Array): number {
    const count = Math.max(0, Math.min(into.length, this.length - first));
    for (let done = 0; done < count; ) {
      const at = (first + done) % BLOCK;
      const block = this.blocks[Math.floor((first + done) / BLOCK)];
      const part = Math.min(block.length - at, count - done);
      copy(block, at, into, done, part);
      done += part;
    }
    return count;
  }

  /** The index of a number that is there. */
  indexOf(value: number): number {
    const block = this.blocks.findIndex((each) => each.includes(value));
    return block * BLOCK + this.blocks[block].findIndex((each) => each === value || Number.isNaN(value));
  }
}

/** By kind of block, so that each loop is compiled for one. */
function copy(block: Block, at: number, into: Float64Array, to: number, count: number): void {
  if (block instanceof Int16Array) for (let i = 0; i < count; i++) into[to + i] = block[at + i];
  else if (block instanceof Int32Array) for (let i = 0; i < count; i++) into[to + i] = block[at + i];
  else into.set(block.subarray(at, at + count), to);
}

import { NUMBERS_AT_ONCE as BLOCK } from '../json/shape.js';

/**
 * A long list of numbers in as few bytes as they need: blocks of 16 or 32 bits or doubles, whichever holds all of a
 * block. Nothing is copied as it grows.
 */
export class NumberBlocks {
  private readonly blocks: (Int16Array | Int32Array | Float64Array)[] = [];
  length = 0;

  /** Takes a copy of the next `count` numbers; as a scanner's list hands them on. */
  push(values: Float64Array, count: number): void {
    let fits16 = true;
    let fits32 = true;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      fits16 &&= (value << 16) >> 16 === value;
      fits32 &&= (value | 0) === value;
    }
    const kept = values.subarray(0, count);
    this.blocks.push(fits16 ? Int16Array.from(kept) : fits32 ? Int32Array.from(kept) : kept.slice());
    this.length += count;
  }

  at(index: number): number {
    return this.blocks[Math.floor(index / BLOCK)][index % BLOCK];
  }

  /** Copies as many numbers from `first` on as there are, at most `into.length`; returns how many. */
  read(first: number, into: Float64Array): number {
    const count = Math.min(into.length, this.length - first);
    for (let done = 0; done < count; ) {
      const at = (first + done) % BLOCK;
      const block = this.blocks[Math.floor((first + done) / BLOCK)];
      const part = block.subarray(at, at + count - done);
      into.set(part, done);
      done += part.length;
    }
    return count;
  }
}

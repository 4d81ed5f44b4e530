import type { U32Column } from './columns.js';

/**
 * Finds the row of a table that holds given key values: an open-addressing hash over u32 key columns, so that
 * a table can intern its rows without building a string per look-up. Rows are registered when first looked for,
 * so a table that is only read from a file never pays for its index.
 */
export class RowIndex {
  private slots = new Uint32Array(256);
  private count = 0;

  constructor(private readonly keys: readonly U32Column[]) {}

  /** The row whose key columns equal `values`, or -1. */
  find(values: readonly number[]): number {
    while (this.count < this.keys[0].length) this.add();
    const mask = this.slots.length - 1;
    for (let slot = hashOf(values) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot];
      if (entry === 0) return -1;
      if (this.equals(entry - 1, values)) return entry - 1;
    }
  }

  private add(): void {
    if ((this.count + 1) * 2 > this.slots.length) this.grow();
    this.insert(this.count);
    this.count++;
  }

  private equals(row: number, values: readonly number[]): boolean {
    for (let i = 0; i < values.length; i++) if (this.keys[i].data[row] !== values[i]) return false;
    return true;
  }

  private insert(row: number): void {
    const mask = this.slots.length - 1;
    let slot = hashOf(this.keys.map((key) => key.data[row])) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = row + 1;
  }

  private grow(): void {
    const rows = this.slots.filter((entry) => entry !== 0);
    this.slots = new Uint32Array(this.slots.length * 2);
    for (const entry of rows) this.insert(entry - 1);
  }
}

function hashOf(values: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const value of values) {
    hash = Math.imul(hash ^ value, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

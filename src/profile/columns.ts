/**
 * Growable typed-array columns: the storage of every table in the model.
 *
 * `data` is the backing array and may be longer than `length`; read it directly in hot loops, and read it
 * again after any `push`, which may replace it.
 */
const FIRST_CAPACITY = 64;

/** A column of bytes: enums and flags. */
export class U8Column {
  readonly type = 'u8';
  data = new Uint8Array(FIRST_CAPACITY);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.length + 1);
    this.data[this.length++] = value;
  }

  reserve(capacity: number): void {
    if (capacity <= this.data.length) return;
    const grown = new Uint8Array(nextCapacity(capacity, this.data.length));
    grown.set(this.data);
    this.data = grown;
  }
}

/** A column of unsigned 32-bit integers: ids, lines, halves of addresses. */
export class U32Column {
  readonly type = 'u32';
  data = new Uint32Array(FIRST_CAPACITY);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.length + 1);
    this.data[this.length++] = value;
  }

  reserve(capacity: number): void {
    if (capacity <= this.data.length) return;
    const grown = new Uint32Array(nextCapacity(capacity, this.data.length));
    grown.set(this.data);
    this.data = grown;
  }
}

/** A column of doubles: times in microseconds, weights. `NaN` stands for "not known" where a table allows it. */
export class F64Column {
  readonly type = 'f64';
  data = new Float64Array(FIRST_CAPACITY);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.length + 1);
    this.data[this.length++] = value;
  }

  reserve(capacity: number): void {
    if (capacity <= this.data.length) return;
    const grown = new Float64Array(nextCapacity(capacity, this.data.length));
    grown.set(this.data);
    this.data = grown;
  }
}

export type Column = U8Column | U32Column | F64Column;

/** A table of the model: named columns of one length. The file format writes tables through this shape alone. */
export interface Table {
  readonly columns: Readonly<Record<string, Column>>;
  readonly length: number;
}

function nextCapacity(needed: number, current: number): number {
  return Math.max(needed, current * 2);
}

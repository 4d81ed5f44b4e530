import type { Column } from '../columns.js';
import { Malformed } from '../malformed.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** How the values of one column are written in one block; the writer takes the shortest. */
enum Coding {
  /** One float64 that all rows share. */
  Constant = 0,
  /** An unsigned varint a row. */
  Plain = 1,
  /** A zigzag varint a row: the value less the one before it (less 0 for the first). */
  Delta = 2,
  /** A zigzag varint a row: the row's number in the table less the value. Parents are mostly the row before. */
  BelowRow = 3,
  /** A float64 a row. */
  Float64 = 4,
}

/** Integers up to this magnitude can be written as differences: zigzag then stays below 2^53. */
const MAX_INTEGER = 2 ** 51;

/** Columns by the names they have in the file. */
export type Columns = Readonly<Record<string, Column>>;

/**
 * Writes the values of `columns` from index `from` up to `to`: the number of columns, then each with its name,
 * coding, length in bytes and values.
 * @param firstRow the number that the first value's row has in the file
 */
export function encodeColumns(
  out: ByteWriter,
  columns: Columns,
  from: number,
  to: number,
  firstRow: number,
): void {
  const named = Object.entries(columns);
  out.varint(named.length);
  for (const [name, { data }] of named) {
    out.text(name);
    encodeColumn(out, data.subarray(from, to), firstRow);
  }
}

/** Appends to `columns` the `rows` values of each that `encodeColumns` wrote. */
export function decodeColumns(input: ByteReader, columns: Columns, rows: number, firstRow: number): void {
  const missing = new Map(Object.entries(columns));
  const count = input.varint();
  for (let i = 0; i < count; i++) {
    const name = input.text();
    const column = missing.get(name);
    if (column === undefined) throw new Malformed(`the name of column ${i} is not known or there twice`);
    missing.delete(name);
    decodeColumn(input, column, rows, firstRow);
  }
  for (const name of missing.keys()) throw new Malformed(`column '${name}' is missing`);
}

function encodeColumn(out: ByteWriter, data: Column['data'], firstRow: number): void {
  const { coding, size } = shortest(data, firstRow);
  const { length } = data;
  out.byte(coding);
  out.varint(size);
  if (coding === Coding.Constant) out.float64(data[0]);
  else if (coding === Coding.Float64) for (let i = 0; i < length; i++) out.float64(data[i]);
  else if (coding === Coding.Plain) for (let i = 0; i < length; i++) out.varint(data[i]);
  else if (coding === Coding.Delta)
    for (let i = 0, last = 0; i < length; last = data[i++]) out.varint(zigzag(data[i] - last));
  else for (let i = 0; i < length; i++) out.varint(zigzag(firstRow + i - data[i]));
}

/** The coding that takes the fewest bytes, and how many. */
function shortest(data: Column['data'], firstRow: number): { coding: Coding; size: number } {
  if (isConstant(data)) return { coding: Coding.Constant, size: 8 };
  let plain = 0;
  let delta = 0;
  let below = 0;
  for (let i = 0, last = 0; i < data.length; last = data[i++]) {
    const value = data[i];
    if (!Number.isInteger(value) || Math.abs(value) > MAX_INTEGER) {
      return { coding: Coding.Float64, size: data.length * 8 };
    }
    plain += value < 0 ? Number.POSITIVE_INFINITY : varintSize(value);
    delta += varintSize(zigzag(value - last));
    below += varintSize(zigzag(firstRow + i - value));
  }
  const size = Math.min(plain, delta, below);
  if (size === plain) return { coding: Coding.Plain, size };
  return { coding: size === delta ? Coding.Delta : Coding.BelowRow, size };
}

function isConstant(data: Column['data']): boolean {
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], data[0])) return false;
  return data.length > 0;
}

function decodeColumn(input: ByteReader, column: Column, rows: number, firstRow: number): void {
  const coding = input.byte();
  const values = decodeValues(input.section(input.varint()), coding, rows, firstRow);
  const first = column.length;
  column.reserve(first + rows);
  const { data } = column;
  for (let i = 0; i < rows; i++) {
    const value = values[i];
    data[first + i] = value;
    if (data[first + i] !== value && !(column.type === 'f64' && Number.isNaN(value))) {
      throw new Malformed(`${value} does not fit into a column of type ${column.type}`);
    }
  }
  column.length = first + rows;
}

function decodeValues(input: ByteReader, coding: Coding, rows: number, firstRow: number): Float64Array {
  const values = new Float64Array(rows);
  if (coding === Coding.Constant) values.fill(input.float64());
  else if (coding === Coding.Float64) for (let i = 0; i < rows; i++) values[i] = input.float64();
  else if (coding === Coding.Plain) for (let i = 0; i < rows; i++) values[i] = input.varint();
  else if (coding === Coding.BelowRow)
    for (let i = 0; i < rows; i++) values[i] = firstRow + i - unzigzag(input.varint());
  else if (coding === Coding.Delta)
    for (let i = 0, last = 0; i < rows; i++) last = values[i] = last + unzigzag(input.varint());
  else throw new Malformed(`column coding ${coding} is not known`);
  input.end();
  return values;
}

/** Small magnitudes of either sign become small numbers: 0, -1, 1, -2… are 0, 1, 2, 3… */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function varintSize(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  if (value < 2_097_152) return 3;
  let size = 4;
  for (let rest = value / 268_435_456; rest >= 1; rest /= 128) size++;
  return size;
}

import type { Column } from '../columns.js';
import { Malformed } from '../malformed.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { readVarints, unzigzag, varintSize, zigzag } from './varints.js';

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

/**
 * Appends to `columns` the `rows` values of each that `encodeColumns` wrote; those that `absent` names are not in the
 * file, and get one value in all rows.
 */
export function decodeColumns(
  input: ByteReader,
  columns: Columns,
  rows: number,
  firstRow: number,
  absent: ReadonlyMap<string, number> = NONE,
): void {
  const missing = new Map(Object.entries(columns).filter(([name]) => !absent.has(name)));
  const count = input.varint();
  for (let i = 0; i < count; i++) {
    const name = input.text();
    const column = missing.get(name);
    if (column === undefined) throw new Malformed(`the name of column ${i} is not known or there twice`);
    missing.delete(name);
    decodeColumn(input, column, rows, firstRow);
  }
  for (const name of missing.keys()) throw new Malformed(`column '${name}' is missing`);
  for (const [name, value] of absent) fill(columns[name], value, rows);
}

const NONE: ReadonlyMap<string, number> = new Map();

function fill(column: Column, value: number, rows: number): void {
  column.reserve(column.length + rows);
  column.data.fill(value, column.length, column.length + rows);
  column.length += rows;
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
  column.reserve(column.length + rows);
  if (column.type === 'f64') column.data.set(values, column.length);
  else if (column.type === 'u32') storeU32(values, column.data, column.length);
  else storeU8(values, column.data, column.length);
  column.length += rows;
}

/** A loop for each type of array: one for both would be several times as slow. */
function storeU32(values: Float64Array, data: Uint32Array, first: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] >>> 0;
    if (value !== values[i]) throw new Malformed(`${values[i]} is no integer of 32 bits`);
    data[first + i] = value;
  }
}

function storeU8(values: Float64Array, data: Uint8Array, first: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] & 0xff;
    if (value !== values[i]) throw new Malformed(`${values[i]} is no integer of 8 bits`);
    data[first + i] = value;
  }
}

function decodeValues(input: ByteReader, coding: Coding, rows: number, firstRow: number): Float64Array {
  if (coding === Coding.Constant || coding === Coding.Float64) return decodeFloats(input, coding, rows);
  const values = readVarints(input.bytes, rows);
  if (coding === Coding.Plain) return values;
  if (coding === Coding.BelowRow)
    for (let i = 0; i < rows; i++) values[i] = firstRow + i - unzigzag(values[i]);
  else if (coding === Coding.Delta)
    for (let i = 0, last = 0; i < rows; i++) values[i] = last += unzigzag(values[i]);
  else throw new Malformed(`column coding ${coding} is not known`);
  return values;
}

function decodeFloats(input: ByteReader, coding: Coding, rows: number): Float64Array {
  const values = new Float64Array(rows);
  if (coding === Coding.Constant) values.fill(input.float64());
  else for (let i = 0; i < rows; i++) values[i] = input.float64();
  input.end();
  return values;
}

import { type Table, U8Column, U32Column } from '../columns.js';
import { LIMITS } from '../limits.js';
import { Malformed } from '../malformed.js';
import type { Profile } from '../profile.js';
import { BlockType } from './blocks.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { decodeColumns, encodeColumns } from './columns.js';

/**
 * The tables in the order they are written: each refers only to those before it, to strings or to itself. The
 * rows of processes, threads and operations change until the end, those of functions when source maps are applied:
 * those that differ are written again, the last ones count.
 */
export const TABLE_BLOCKS = [
  { type: BlockType.Mappings, name: 'mappings', rewritten: false },
  { type: BlockType.Scripts, name: 'scripts', rewritten: false },
  { type: BlockType.Functions, name: 'functions', rewritten: true },
  { type: BlockType.Generated, name: 'generated', rewritten: false },
  { type: BlockType.Frames, name: 'frames', rewritten: false },
  { type: BlockType.Stacks, name: 'stacks', rewritten: false },
  { type: BlockType.Processes, name: 'processes', rewritten: true },
  { type: BlockType.Threads, name: 'threads', rewritten: true },
  { type: BlockType.Operations, name: 'operations', rewritten: true },
  { type: BlockType.Series, name: 'series', rewritten: false },
] as const;

/** Writes rows `from` up to `to`: the first row's number, how many, then the columns. */
export function encodeRows(out: ByteWriter, table: Table, from: number, to: number): void {
  out.varint(from);
  out.varint(to - from);
  encodeColumns(out, table.columns, from, to, from);
}

/**
 * Adds to `table` the rows that `encodeRows` wrote: the next ones or, with `rewritten`, also ones that replace
 * those of the same numbers. `absent` as in `decodeColumns`. Returns the rows' numbers, `to` exclusive.
 */
export function decodeRows(
  input: ByteReader,
  table: Table,
  rewritten: boolean,
  absent: ReadonlyMap<string, number>,
): { from: number; to: number } {
  const first = input.varint();
  const rows = input.varint();
  const known = table.length;
  if (first > known || (first < known && !rewritten))
    throw new Malformed(`row ${first} follows after ${known} rows`);
  if (rows > LIMITS.blockRows) throw new Malformed(`${rows} rows are more than ${LIMITS.blockRows}`);
  if (first + rows > LIMITS.rows) throw new Malformed(`the table has more than ${LIMITS.rows} rows`);
  const columns = Object.values(table.columns);
  for (const column of columns) column.length = first;
  decodeColumns(input, table.columns, rows, first, absent);
  for (const column of columns) column.length = Math.max(known, first + rows);
  return { from: first, to: first + rows };
}

/** The series of a profile as a table: all but their samples. */
export class SeriesRows implements Table {
  readonly columns = {
    thread: new U32Column(),
    event: new U32Column(),
    unit: new U8Column(),
    timed: new U8Column(),
    cpu: new U8Column(),
  };

  get length(): number {
    return this.columns.thread.length;
  }

  /** Takes over the series that are not in it yet; interns the names of their events. */
  update({ series, strings }: Profile): void {
    for (const { thread, event, unit, timed, cpu } of series.slice(this.length)) {
      this.columns.thread.push(thread);
      this.columns.event.push(strings.intern(event));
      this.columns.unit.push(unit);
      this.columns.timed.push(timed ? 1 : 0);
      this.columns.cpu.push(cpu ? 1 : 0);
    }
  }
}

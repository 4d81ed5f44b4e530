import { F64Column, U8Column, U32Column } from '../columns.js';
import { LIMITS } from '../limits.js';
import { Malformed } from '../malformed.js';
import { BLOCK_HEADER_LENGTH, type BlockType } from './blocks.js';
import type { ByteReader, ByteWriter } from './bytes.js';
import { decodeColumns, encodeColumns } from './columns.js';

/** What the directory says of one block. */
export interface DirectoryEntry {
  readonly type: BlockType;
  /** Bytes in the file, with the block's header. */
  readonly length: number;
  /** Rows, texts or samples in it; 0 for others. */
  readonly rows: number;
  /** Of sample blocks: the series, and the earliest and the latest time in microseconds; else 0. */
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** The blocks of a file in their order, as its last block tells them. */
export class Directory {
  private readonly columns = {
    type: new U8Column(),
    length: new U32Column(),
    rows: new U32Column(),
    series: new U32Column(),
    from: new F64Column(),
    to: new F64Column(),
  };

  get length(): number {
    return this.columns.type.length;
  }

  add(entry: DirectoryEntry): void {
    this.columns.type.push(entry.type);
    this.columns.length.push(entry.length);
    this.columns.rows.push(entry.rows);
    this.columns.series.push(entry.series);
    this.columns.from.push(entry.from);
    this.columns.to.push(entry.to);
  }

  get(index: number): DirectoryEntry {
    const { type, length, rows, series, from, to } = this.columns;
    return {
      type: type.data[index],
      length: length.data[index],
      rows: rows.data[index],
      series: series.data[index],
      from: from.data[index],
      to: to.data[index],
    };
  }

  encode(out: ByteWriter): void {
    out.varint(this.length);
    encodeColumns(out, this.columns, 0, this.length, 0);
  }

  /** @param bytes of blocks in the file, which the entries must add up to */
  static decode(input: ByteReader, bytes: number): Directory {
    const directory = new Directory();
    const rows = input.varint();
    if (rows > LIMITS.blocks) throw new Malformed(`it lists more than ${LIMITS.blocks} blocks`);
    decodeColumns(input, directory.columns, rows, 0);
    let sum = 0;
    for (const length of directory.columns.length.data.subarray(0, rows)) {
      if (length < BLOCK_HEADER_LENGTH) throw new Malformed(`it lists a block of ${length} bytes`);
      sum += length;
    }
    if (sum !== bytes) throw new Malformed(`it lists ${sum} bytes of blocks where there are ${bytes}`);
    return directory;
  }
}

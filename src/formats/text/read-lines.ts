import { UserError } from '../../profile/errors.js';
import type { Source } from '../format.js';

/** What takes the lines of a text. */
export interface LineReader {
  /** Whole lines in bytes[from..end); `view` is of the same bytes and goes on at least `PADDING` bytes past `end`. */
  read(bytes: Uint8Array, view: DataView, from: number, end: number): void;
  /** Hands on what is complete, now and then. */
  flush(): Promise<void>;
  /** No more lines come; `rest` is a last line that has no end, empty when there is none. */
  end(rest: Uint8Array): void;
}

/** Lines may be looked at in words of four bytes. */
const PADDING = 4;
const NEWLINE = 0x0a;
const BOM = [0xef, 0xbb, 0xbf];

/**
 * Hands the lines of `source` to `reader`, without a byte order mark: where they lie in its pieces, and those that
 * are in two of them put together.
 * @throws UserError when a line has more than `maxLine` bytes
 */
export async function readLines(source: Source, reader: LineReader, maxLine: number): Promise<void> {
  const tail = new Tail(source.name, maxLine);
  let isFirst = true;
  for await (const chunk of source.chunks()) {
    let from = tail.complete(chunk, reader);
    const end = chunk.subarray(0, Math.max(from, chunk.length - PADDING)).lastIndexOf(NEWLINE) + 1;
    if (isFirst && tail.length === 0) from += bomLength(chunk);
    isFirst = false;
    if (end > from) reader.read(chunk, viewOf(chunk), from, end);
    tail.add(chunk.subarray(Math.max(from, end)));
    await reader.flush();
  }
  tail.end(reader);
}

/** The bytes behind the last line that was handed on: a line that is not whole, or a last short one. */
class Tail {
  length = 0;
  private bytes = new Uint8Array(1 << 12);

  constructor(
    private readonly name: string,
    private readonly maxLine: number,
  ) {}

  /** Adds what `chunk` has of the lines begun before, hands them on, and returns where the rest of it begins. */
  complete(chunk: Uint8Array, reader: LineReader): number {
    if (this.length === 0) return 0;
    const from = chunk.indexOf(NEWLINE) + 1;
    if (from === 0) return 0;
    this.add(chunk.subarray(0, from));
    this.handOn(reader, this.length);
    return from;
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const length = this.length + piece.length;
    if (length > this.maxLine && this.lineIsTooLong(piece)) throw tooLong(this.name, this.maxLine);
    if (length + PADDING > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length + PADDING, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(piece, this.length);
    this.length = length;
  }

  end(reader: LineReader): void {
    const whole = this.bytes.subarray(0, this.length).lastIndexOf(NEWLINE) + 1;
    const rest = this.bytes.slice(whole, this.length);
    this.handOn(reader, whole);
    reader.end(rest);
  }

  private handOn(reader: LineReader, end: number): void {
    const from = bomLength(this.bytes.subarray(0, end));
    if (end > from) reader.read(this.bytes, viewOf(this.bytes), from, end);
    this.length = 0;
  }

  private lineIsTooLong(piece: Uint8Array): boolean {
    const before = this.length - (this.bytes.subarray(0, this.length).lastIndexOf(NEWLINE) + 1);
    const newline = piece.indexOf(NEWLINE);
    return before + (newline < 0 ? piece.length : newline) > this.maxLine;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** No line begins with one but the first, so it is no loss to pass over it anywhere. */
function bomLength(bytes: Uint8Array): number {
  return BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0;
}

function tooLong(name: string, maxLine: number): UserError {
  return new UserError(
    'TEXT_LINE_TOO_LONG',
    `${name} has a line of more than ${maxLine} bytes, which no profiler writes: look at what wrote it.`,
  );
}

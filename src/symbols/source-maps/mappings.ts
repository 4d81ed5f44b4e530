/**
 * Looks places up in the `mappings` of a source map (ECMA-426) in one pass over its text, so that the map of a
 * 20 MB bundle costs no more memory than its text. Lines and columns are from 0, as in the format.
 */
import { Malformed } from '../../profile/malformed.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What the map says of one position. */
export interface Segment {
  /** Where in the line of the generated text it begins. */
  readonly generatedColumn: number;
  /** Index into `sources`, and the place there. */
  readonly source: number;
  readonly line: number;
  readonly column: number;
  /** Index into `names`, -1 for none. */
  readonly name: number;
}

/** How many entries the lists have that mappings point into. */
export interface ListLengths {
  readonly sources: number;
  readonly names: number;
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;
/** Fields of a segment without a source; its text is of no original. */
const UNMAPPED = -1;

/**
 * The segment that each of `positions` lies in: the last one of its line that begins at or before it. Undefined where
 * there is none or its text has no original.
 * @param positions in ascending order
 * @throws Malformed at the first segment that cannot be, as far as it is read
 */
export function findSegments(
  mappings: string,
  positions: readonly Position[],
  lengths: ListLengths,
): (Segment | undefined)[] {
  return new Scan(mappings, positions, lengths).run();
}

class Scan {
  private at = 0;
  private line = 0;
  /** The last segment's fields, which the next one's are relative to. */
  private generatedColumn = 0;
  private source = 0;
  private originalLine = 0;
  private originalColumn = 0;
  private name = 0;
  /** The positions of this line are `first` up to `end`; `next` is the first that the last segment was not behind. */
  private first = 0;
  private end = 0;
  private next = 0;
  private readonly found: (Segment | undefined)[];

  constructor(
    private readonly mappings: string,
    private readonly positions: readonly Position[],
    private readonly lengths: ListLengths,
  ) {
    this.found = new Array(positions.length).fill(undefined);
  }

  run(): (Segment | undefined)[] {
    const { mappings, positions } = this;
    this.beginLine();
    while (this.at < mappings.length && this.first < positions.length) {
      const char = mappings.charCodeAt(this.at);
      if (char === SEMICOLON) {
        this.endLine();
        this.line++;
        this.generatedColumn = 0;
        this.at++;
        this.beginLine();
      } else if (char === COMMA) {
        this.at++;
      } else {
        this.readSegment();
      }
    }
    this.endLine();
    return this.found.map((segment) => (segment?.source === UNMAPPED ? undefined : segment));
  }

  private beginLine(): void {
    const { positions, line } = this;
    this.first = this.end;
    while (this.end < positions.length && positions[this.end].line === line) this.end++;
    this.next = this.first;
  }

  /** Positions in front of which no segment began since the one before share that one's. */
  private endLine(): void {
    for (let i = this.first + 1; i < this.end; i++) this.found[i] ??= this.found[i - 1];
  }

  private readSegment(): void {
    const before = this.generatedColumn;
    this.generatedColumn = this.sum(before, 'generated column');
    let hasSource = false;
    let hasName = false;
    if (this.hasField()) {
      hasSource = true;
      this.source = this.sum(this.source, 'source', this.lengths.sources);
      this.originalLine = this.sum(this.originalLine, 'line');
      this.originalColumn = this.sum(this.originalColumn, 'column');
      hasName = this.hasField();
      if (hasName) this.name = this.sum(this.name, 'name', this.lengths.names);
      if (this.hasField()) throw this.wrong('has more than five fields');
    }
    if (this.first === this.end) return;
    if (this.generatedColumn < before) this.next = this.first;
    this.offer(hasSource, hasName);
  }

  /** Of several segments at one column the first counts, with the first name. */
  private offer(hasSource: boolean, hasName: boolean): void {
    const { positions, generatedColumn, found } = this;
    while (this.next < this.end && positions[this.next].column < generatedColumn) this.next++;
    if (this.next === this.end) return;
    const best = found[this.next];
    if (best !== undefined && best.generatedColumn > generatedColumn) return;
    const isFirst = best === undefined || best.generatedColumn < generatedColumn;
    if (isFirst) found[this.next] = this.segment(hasSource, hasName);
    else if (hasName && best.name < 0) found[this.next] = { ...best, name: this.name };
  }

  private segment(hasSource: boolean, hasName: boolean): Segment {
    return {
      generatedColumn: this.generatedColumn,
      source: hasSource ? this.source : UNMAPPED,
      line: this.originalLine,
      column: this.originalColumn,
      name: hasName ? this.name : -1,
    };
  }

  private hasField(): boolean {
    if (this.at >= this.mappings.length) return false;
    const char = this.mappings.charCodeAt(this.at);
    return char !== COMMA && char !== SEMICOLON;
  }

  private sum(last: number, what: string, limit = 0x7fffffff): number {
    const value = last + this.vlq();
    if (value < 0 || value >= limit) throw this.wrong(`has a ${what} of ${value}`);
    return value;
  }

  /** Base64 digits of five bits, the lowest first; the sixth says that more follow. The lowest bit is the sign. */
  private vlq(): number {
    let value = 0;
    for (let shift = 0; shift <= 30; shift += 5) {
      const digit = DIGITS[this.mappings.charCodeAt(this.at++)] ?? NO_DIGIT;
      if (digit === NO_DIGIT) throw this.wrong('has a character that is no digit, or ends too early');
      value |= (digit & 31) << shift;
      if (digit < 32) return (value & 1) === 1 ? -(value >>> 1) : value >>> 1;
    }
    throw this.wrong('has a number of more than 32 bits');
  }

  private wrong(what: string): Malformed {
    return new Malformed(`the segment before character ${this.at} of its mappings ${what}`);
  }
}

const NO_DIGIT = 0xff;
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((char, value) => {
  DIGITS[char.charCodeAt(0)] = value;
});

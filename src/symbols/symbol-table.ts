import {
  bytesOf,
  type ElfImage,
  type ElfSection,
  type ElfSegment,
  SHT_DYNSYM,
  SHT_SYMTAB,
  sectionBytes,
} from './elf.js';

/** No symbol covers the address. */
export const NO_NAME = 0xffffffff;

const SYMBOL_SIZE = 24;
const STT_NOTYPE = 0;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
const SHN_UNDEF = 0;
const STB_LOCAL = 0;
const STB_WEAK = 2;
const VERSION_IS_HIDDEN = 0x8000;
const UNDERSCORE = 0x5f;
const AT_SIGN = 0x40;
const DOLLAR = 0x24;
const DOT = 0x2e;

/** Twice what the largest browsers have: an index has to fit in 21 bits for `sortKey`. */
const MAX_SYMBOLS = 2 ** 21;
const MAX_STRINGS = 512 << 20;
const SHT_GNU_VERSYM = 0x6fffffff;
/** Code of one binary spans less than this, so that offsets from its start fit in 32 bits. */
const MAX_SPAN = 2 ** 32;

/**
 * The functions of one binary as ranges that do not overlap: `starts[i]` up to `starts[i + 1]` belongs to the
 * name at `names[i]` in the string table, or to none. Made without one JavaScript string.
 */
export class SymbolTable {
  constructor(
    /** Address that `starts` count from. */
    private readonly base: number,
    private readonly starts: Uint32Array,
    private readonly names: Uint32Array,
    private readonly strings: Buffer,
  ) {}

  /** Offset of the name of the function that covers `address`, or NO_NAME. */
  find(address: number): number {
    const offset = address - this.base;
    const { starts } = this;
    if (offset < 0 || offset >= MAX_SPAN || starts.length === 0 || offset < starts[0]) return NO_NAME;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return this.names[low];
  }

  /** The text of a name as the binary spells it, mangled. */
  nameAt(offset: number): string {
    return this.strings.toString('utf8', offset, nameEnd(this.strings, offset));
  }
}

/** Whether the image has the full table, not only what it exports. */
export function hasSymtab(image: ElfImage): boolean {
  return image.sections.some(({ type, size }) => type === SHT_SYMTAB && size > 0);
}

/**
 * The image's functions from `.symtab`, or from `.dynsym` when it was stripped; undefined when it has neither.
 * `codeOf` is the image whose segments say what is code: a debug file describes them but does not hold them.
 */
export function readSymbolTable(image: ElfImage, codeOf: ElfImage = image): SymbolTable | undefined {
  const section =
    image.sections.find(({ type, size }) => type === SHT_SYMTAB && size > 0) ??
    image.sections.find(({ type, size }) => type === SHT_DYNSYM && size > 0);
  const stringSection = section && image.sections[section.link];
  const code = codeOf.segments.filter(({ executable }) => executable);
  if (section === undefined || stringSection === undefined || code.length === 0) return undefined;
  return tableOf(image, section, stringSection, code);
}

function tableOf(
  image: ElfImage,
  section: ElfSection,
  stringSection: ElfSection,
  code: readonly ElfSegment[],
): SymbolTable {
  const symbols = sectionBytes(image, section, MAX_SYMBOLS * SYMBOL_SIZE);
  const strings = bytesOf(sectionBytes(image, stringSection, MAX_STRINGS));
  const base = Math.min(...code.map(({ address }) => address));
  const versionSection = image.sections.find(({ type }) => type === SHT_GNU_VERSYM);
  const versions =
    section.type === SHT_DYNSYM && versionSection !== undefined
      ? sectionBytes(image, versionSection, MAX_SYMBOLS * 2)
      : undefined;
  const reader = new SymbolReader(symbols, strings, image.littleEndian, base, versions);
  return new RangeBuilder(reader, sortedFunctions(reader, code), code, image.sections).build();
}

/** The fields of a symbol table's records. */
class SymbolReader {
  readonly count: number;

  constructor(
    private readonly records: DataView,
    readonly strings: Buffer,
    private readonly littleEndian: boolean,
    readonly base: number,
    private readonly versions: DataView | undefined,
  ) {
    this.count = Math.floor(records.byteLength / SYMBOL_SIZE);
  }

  name(symbol: number): number {
    return this.records.getUint32(symbol * SYMBOL_SIZE, this.littleEndian);
  }

  type(symbol: number): number {
    return this.records.getUint8(symbol * SYMBOL_SIZE + 4) & 15;
  }

  binding(symbol: number): number {
    return this.records.getUint8(symbol * SYMBOL_SIZE + 4) >> 4;
  }

  /** Index of the section that holds it; 0 when it is not defined here. */
  section(symbol: number): number {
    return this.records.getUint16(symbol * SYMBOL_SIZE + 6, this.littleEndian);
  }

  /** Bytes from the base; may be anything in a lying file. */
  start(symbol: number): number {
    return this.u64(symbol * SYMBOL_SIZE + 8) - this.base;
  }

  size(symbol: number): number {
    return this.u64(symbol * SYMBOL_SIZE + 16);
  }

  /** `.symtab` writes `cfree@GLIBC_2.2.5` for these and `free@@…` for the others; `.dynsym` has a section of flags. */
  isOldVersion(symbol: number): boolean {
    if (this.versions !== undefined) {
      const at = symbol * 2;
      if (at + 2 > this.versions.byteLength) return false;
      return (this.versions.getUint16(at, this.littleEndian) & VERSION_IS_HIDDEN) !== 0;
    }
    const name = this.name(symbol);
    let at = name + 1;
    while (at < this.strings.length && this.strings[at] !== 0 && this.strings[at] !== AT_SIGN) at++;
    return this.strings[at] === AT_SIGN && this.strings[at + 1] !== AT_SIGN;
  }

  private u64(at: number): number {
    const first = this.records.getUint32(at, this.littleEndian);
    const second = this.records.getUint32(at + 4, this.littleEndian);
    return this.littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  }
}

/** Symbols that name code, by start and then by index, as (start, index) packed into doubles. */
function sortedFunctions(reader: SymbolReader, code: readonly ElfSegment[]): Float64Array {
  const keys = new Float64Array(reader.count);
  let count = 0;
  for (let symbol = 0; symbol < reader.count; symbol++) {
    const type = reader.type(symbol);
    if (type !== STT_FUNC && type !== STT_GNU_IFUNC && type !== STT_NOTYPE) continue;
    const start = reader.start(symbol);
    if (
      reader.section(symbol) === SHN_UNDEF ||
      segmentEnd(code, start + reader.base) < 0 ||
      start >= MAX_SPAN
    )
      continue;
    if (!isFunctionName(reader, symbol)) continue;
    keys[count++] = start * MAX_SYMBOLS + symbol;
  }
  return keys.subarray(0, count).sort();
}

/** Assemblers and compilers leave labels: `.L12`, `.annobin_x.end`, and on ARM `$x` and `$d` where code and data begin. */
function isFunctionName(reader: SymbolReader, symbol: number): boolean {
  const name = reader.name(symbol);
  if (name >= reader.strings.length) return false;
  const first = reader.strings[name];
  return first !== 0 && first !== DOLLAR && (first !== DOT || reader.type(symbol) !== STT_NOTYPE);
}

/** End of the code segment that holds `address`, or -1. */
function segmentEnd(code: readonly ElfSegment[], address: number): number {
  for (const segment of code) {
    const inside = address - segment.address;
    if (inside >= 0 && inside < segment.fileSize) return segment.address + segment.fileSize;
  }
  return -1;
}

/** Turns sorted symbols, which may nest and share addresses, into ranges: the innermost symbol wins. */
class RangeBuilder {
  private readonly starts: Uint32Array;
  private readonly names: Uint32Array;
  private length = 0;
  /** Symbols that are open at the current address, the innermost last. */
  private readonly openEnds: number[] = [];
  private readonly openNames: number[] = [];

  constructor(
    private readonly reader: SymbolReader,
    private readonly keys: Float64Array,
    private readonly code: readonly ElfSegment[],
    private readonly sections: readonly ElfSection[],
  ) {
    this.starts = new Uint32Array(keys.length * 2);
    this.names = new Uint32Array(keys.length * 2);
  }

  build(): SymbolTable {
    const { keys, reader } = this;
    for (let i = 0; i < keys.length; ) {
      const start = Math.floor(keys[i] / MAX_SYMBOLS);
      let next = i + 1;
      let best = keys[i] % MAX_SYMBOLS;
      let size = reader.size(best);
      for (; next < keys.length && Math.floor(keys[next] / MAX_SYMBOLS) === start; next++) {
        const other = keys[next] % MAX_SYMBOLS;
        size = Math.max(size, reader.size(other));
        if (isBetterName(reader, other, best)) best = other;
      }
      this.closeUntil(start);
      this.open(start, size, best, next < keys.length ? Math.floor(keys[next] / MAX_SYMBOLS) : MAX_SPAN);
      i = next;
    }
    this.closeUntil(MAX_SPAN);
    return new SymbolTable(
      reader.base,
      this.starts.slice(0, this.length),
      this.names.slice(0, this.length),
      reader.strings,
    );
  }

  private open(start: number, size: number, symbol: number, nextStart: number): void {
    if (size === 0 && this.openEnds.length > 0) return; // a label inside a function
    const limit = segmentEnd(this.code, start + this.reader.base) - this.reader.base;
    const end = Math.min(limit, size === 0 ? Math.min(nextStart, this.sectionEnd(symbol)) : start + size);
    this.openEnds.push(end);
    this.openNames.push(this.reader.name(symbol));
    this.emit(start, this.reader.name(symbol));
  }

  /** What has no size, as hand-written `_init`, does not reach into the next section, which may be the PLT. */
  private sectionEnd(symbol: number): number {
    const section = this.sections[this.reader.section(symbol)];
    return section === undefined ? MAX_SPAN : section.address + section.size - this.reader.base;
  }

  /** Closes what ends at or before `address`; what was open around it goes on from there. */
  private closeUntil(address: number): void {
    const { openEnds, openNames } = this;
    while (openEnds.length > 0 && openEnds[openEnds.length - 1] <= address) {
      const end = openEnds[openEnds.length - 1];
      while (openEnds.length > 0 && openEnds[openEnds.length - 1] <= end) {
        openEnds.pop();
        openNames.pop();
      }
      if (end < MAX_SPAN) this.emit(end, openNames[openNames.length - 1] ?? NO_NAME);
    }
  }

  private emit(start: number, name: number): void {
    if (this.length > 0 && this.starts[this.length - 1] === start) this.length--;
    this.starts[this.length] = start;
    this.names[this.length++] = name;
  }
}

/**
 * Of several names for one address: that of a function before a label and before an empty function, exported before local, the present one before
 * one that is kept for old programs (`cfree` for `free`), fewer leading underscores, not weak, longest.
 */
function isBetterName(reader: SymbolReader, other: number, best: number): boolean {
  const { strings } = reader;
  const a = reader.name(other);
  const b = reader.name(best);
  const order =
    flag(reader.type(best) === STT_NOTYPE) - flag(reader.type(other) === STT_NOTYPE) ||
    flag(reader.size(best) === 0) - flag(reader.size(other) === 0) ||
    flag(reader.binding(best) === STB_LOCAL) - flag(reader.binding(other) === STB_LOCAL) ||
    flag(reader.isOldVersion(best)) - flag(reader.isOldVersion(other)) ||
    underscores(strings, b) - underscores(strings, a) ||
    flag(reader.binding(best) === STB_WEAK) - flag(reader.binding(other) === STB_WEAK) ||
    nameEnd(strings, a) - a - (nameEnd(strings, b) - b);
  return order > 0;
}

function flag(condition: boolean): number {
  return condition ? 1 : 0;
}

function underscores(strings: Buffer, name: number): number {
  let at = name;
  while (strings[at] === UNDERSCORE) at++;
  return at - name;
}

function nameEnd(strings: Buffer, from: number): number {
  let end = from;
  while (end < strings.length && strings[end] !== 0) end++;
  return end;
}

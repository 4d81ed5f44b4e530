/**
 * 64-bit ELF files of either byte order, read piece by piece: headers, segments, sections, notes.
 * Layout: System V ABI, gABI 4.1 chapters 4 and 5; notes and debug links as binutils and gdb write them.
 *
 * Every offset and count comes from the file and is checked against its size before use.
 */

/** Bytes of an image: a file, or the vdso in memory. */
export interface ElfSource {
  /** Total bytes. */
  readonly size: number;
  /** Exactly `length` bytes at `offset`, both already inside `size`; throws when they cannot be read. */
  read(offset: number, length: number): Uint8Array;
}

/** Why a file gives no symbols, in words that follow its name: `is not an ELF file`. */
export class UnreadableElf extends Error {}

/** A part of the file that is loaded into memory (PT_LOAD). */
export interface ElfSegment {
  readonly fileOffset: number;
  readonly fileSize: number;
  readonly address: number;
  readonly executable: boolean;
}

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  /** Where it is loaded; 0 when it is not. */
  readonly address: number;
  /** Index of the section this one refers to: a symbol table's strings. */
  readonly link: number;
}

export interface DebugLink {
  /** A bare file name. */
  readonly name: string;
  readonly crc: number;
}

export interface ElfImage {
  readonly source: ElfSource;
  readonly littleEndian: boolean;
  /** Address of the first instruction; 0 for a library that has none. */
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  /** Lower-case hex, '' when the file carries none. */
  readonly buildId: string;
  readonly debugLink: DebugLink | undefined;
}

export const SHT_SYMTAB = 2;
export const SHT_DYNSYM = 11;
/** In debug files the sections that are loaded are there in name only. */
const SHT_NOBITS = 8;

const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const SECTION_HEADER_SIZE = 64;
const PT_LOAD = 1;
const PT_NOTE = 4;
const PF_X = 1;
const NT_GNU_BUILD_ID = 3;

const MAX_PROGRAM_HEADERS = 1024;
const MAX_SECTION_HEADERS = 65_535;
const MAX_SECTION_NAMES = 16 << 20;
const MAX_NOTES = 64 << 10;
const MAX_BUILD_ID = 64;

/** Reads what describes the image; symbols are left to the symbol table. Throws UnreadableElf. */
export function readElf(source: ElfSource): ElfImage {
  const header = piece(source, 0, HEADER_SIZE, 'header');
  const littleEndian = checkIdentity(header);
  const u16 = (at: number) => header.getUint16(at, littleEndian);
  const entry = u64(header, 24, littleEndian);
  const programs = table(source, u64(header, 32, littleEndian), u16(56), u16(54), PROGRAM_HEADER_SIZE, {
    what: 'program headers',
    limit: MAX_PROGRAM_HEADERS,
  });
  const sectionHeaders = table(source, u64(header, 40, littleEndian), u16(60), u16(58), SECTION_HEADER_SIZE, {
    what: 'section headers',
    limit: MAX_SECTION_HEADERS,
  });
  const sections = readSections(source, sectionHeaders, u16(62), littleEndian);
  return {
    source,
    littleEndian,
    entry,
    segments: readSegments(source, programs, littleEndian),
    sections,
    buildId: readBuildId(source, programs, littleEndian),
    debugLink: readDebugLink(source, sections, littleEndian),
  };
}

/**
 * The image's own address of what lies at `offset` in the file, or -1. V8 maps its embedded builtins a second
 * time elsewhere, so the way from a mapped address always leads through the file; it covers PIE and not.
 */
export function addressOfFileOffset(image: ElfImage, offset: number): number {
  let address = -1;
  for (const segment of image.segments) {
    const inside = offset - segment.fileOffset;
    if (inside < 0 || inside >= segment.fileSize) continue;
    if (segment.executable) return segment.address + inside;
    if (address < 0) address = segment.address + inside;
  }
  return address;
}

/** A section's bytes, at most `limit`. Throws UnreadableElf when they are not all in the file. */
export function sectionBytes(image: ElfImage, section: ElfSection, limit: number): DataView {
  if (section.type === SHT_NOBITS) throw new UnreadableElf(`has a section ${section.name} without content`);
  if (section.size > limit) throw new UnreadableElf(`has a section ${section.name} of ${section.size} bytes`);
  return piece(image.source, section.offset, section.size, section.name);
}

function checkIdentity(header: DataView): boolean {
  if (header.getUint32(0) !== 0x7f454c46) throw new UnreadableElf('is not an ELF file');
  if (header.getUint8(4) !== 2) throw new UnreadableElf('is a 32-bit binary, which is not supported');
  const order = header.getUint8(5);
  if (order !== 1 && order !== 2) throw new UnreadableElf('has an ELF header without a byte order');
  return order === 1;
}

function readSegments(source: ElfSource, headers: readonly DataView[], littleEndian: boolean): ElfSegment[] {
  const segments: ElfSegment[] = [];
  for (const header of headers) {
    if (header.getUint32(0, littleEndian) !== PT_LOAD) continue;
    const fileOffset = u64(header, 8, littleEndian);
    segments.push({
      fileOffset,
      fileSize: Math.min(u64(header, 32, littleEndian), Math.max(0, source.size - fileOffset)),
      address: u64(header, 16, littleEndian),
      executable: (header.getUint32(4, littleEndian) & PF_X) !== 0,
    });
  }
  return segments;
}

function readSections(
  source: ElfSource,
  headers: readonly DataView[],
  namesIndex: number,
  littleEndian: boolean,
): ElfSection[] {
  const raw = headers.map((header) => ({
    nameOffset: header.getUint32(0, littleEndian),
    type: header.getUint32(4, littleEndian),
    address: u64(header, 16, littleEndian),
    offset: u64(header, 24, littleEndian),
    size: u64(header, 32, littleEndian),
    link: header.getUint32(40, littleEndian),
  }));
  const names = raw[namesIndex];
  if (names === undefined || names.type === SHT_NOBITS || names.size > MAX_SECTION_NAMES) return [];
  const text = piece(source, names.offset, names.size, 'section names');
  return raw.map(({ nameOffset, ...section }) => ({ ...section, name: textAt(text, nameOffset) }));
}

function readBuildId(source: ElfSource, programs: readonly DataView[], littleEndian: boolean): string {
  for (const header of programs) {
    if (header.getUint32(0, littleEndian) !== PT_NOTE) continue;
    const size = Math.min(u64(header, 32, littleEndian), MAX_NOTES);
    const offset = u64(header, 8, littleEndian);
    if (offset + size > source.size) continue;
    const found = buildIdOfNotes(piece(source, offset, size, 'notes'), littleEndian);
    if (found !== '') return found;
  }
  return '';
}

/** The GNU build id in a run of ELF notes, lower-case hex, '' when there is none. */
export function buildIdOfNotes(notes: DataView, littleEndian: boolean): string {
  for (let at = 0; at + 12 <= notes.byteLength; ) {
    const nameSize = notes.getUint32(at, littleEndian);
    const size = notes.getUint32(at + 4, littleEndian);
    const content = at + 12 + align4(nameSize);
    if (content + size > notes.byteLength) break;
    const isGnu = nameSize === 4 && notes.getUint32(at + 12) === 0x474e5500;
    if (isGnu && notes.getUint32(at + 8, littleEndian) === NT_GNU_BUILD_ID && size <= MAX_BUILD_ID) {
      return bytesOf(notes, content, size).toString('hex');
    }
    at = content + align4(size);
  }
  return '';
}

function readDebugLink(
  source: ElfSource,
  sections: readonly ElfSection[],
  littleEndian: boolean,
): DebugLink | undefined {
  const section = sections.find(({ name }) => name === '.gnu_debuglink');
  if (section === undefined || section.size < 8 || section.size > 4096) return undefined;
  const bytes = piece(source, section.offset, section.size, section.name);
  const name = textAt(bytes, 0);
  const crcAt = align4(Buffer.byteLength(name) + 1);
  if (crcAt + 4 > bytes.byteLength || name === '' || name.startsWith('.') || name.includes('/'))
    return undefined;
  return { name, crc: bytes.getUint32(crcAt, littleEndian) };
}

interface TableLimits {
  readonly what: string;
  readonly limit: number;
}

/** `count` records that lie `stride` bytes apart. */
function table(
  source: ElfSource,
  offset: number,
  count: number,
  stride: number,
  recordSize: number,
  { what, limit }: TableLimits,
): DataView[] {
  if (count === 0) return [];
  if (count > limit || stride < recordSize)
    throw new UnreadableElf(`has ${count} ${what} of ${stride} bytes`);
  const all = piece(source, offset, count * stride, what);
  return Array.from({ length: count }, (_, i) => view(all, i * stride, recordSize));
}

function piece(source: ElfSource, offset: number, length: number, what: string): DataView {
  if (offset + length > source.size) throw new UnreadableElf(`is cut off: its ${what} end past the file`);
  const bytes = source.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function view(all: DataView, offset: number, length: number): DataView {
  return new DataView(all.buffer, all.byteOffset + offset, length);
}

/** The whole bytes behind a view, without a copy. */
export function bytesOf(all: DataView, offset = 0, length = all.byteLength - offset): Buffer {
  return Buffer.from(all.buffer, all.byteOffset + offset, length);
}

function textAt(all: DataView, offset: number): string {
  if (offset >= all.byteLength) return '';
  const bytes = bytesOf(all, offset);
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

/** Beyond 2^53 the result is inexact, and too large for any file: the checks against the size refuse it. */
function u64(header: DataView, at: number, littleEndian: boolean): number {
  const first = header.getUint32(at, littleEndian);
  const second = header.getUint32(at + 4, littleEndian);
  return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}

import type { ElfSource } from '../../src/symbols/elf.js';

/** A symbol of a made-up binary; defaults: an exported function of 16 bytes. */
export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  readonly size?: number;
  /** 0 no type, 1 object, 2 function. */
  readonly type?: number;
  /** 0 local, 1 global, 2 weak. */
  readonly binding?: number;
}

export interface ElfContent {
  readonly symbols?: readonly ElfSymbol[];
  readonly littleEndian?: boolean;
  readonly entry?: number;
  readonly buildId?: string;
  readonly debugLink?: { readonly name: string; readonly crc: number };
}

/** Code of a made-up binary: file offset 0x1000 is address 0x401000. */
export const CODE = { fileOffset: 0x1000, address: 0x401000, size: 0x1000 };

/** A small 64-bit ELF file with one code segment, put together by hand so that tests need no compiler. */
export function elfFile(content: ElfContent): Buffer {
  const little = content.littleEndian ?? true;
  const note = noteOf(content.buildId ?? '', little);
  const { symbols, strings } = symbolsOf(content.symbols ?? [], little);
  const link = debugLinkOf(content.debugLink, little);
  const names = Buffer.from('\0.text\0.symtab\0.strtab\0.gnu_debuglink\0.shstrtab\0');
  const nameOf = (name: string) => names.indexOf(`\0${name}\0`) + 1;
  const noteAt = 0x200;
  const symbolsAt = CODE.fileOffset + CODE.size;
  const stringsAt = symbolsAt + symbols.length;
  const linkAt = stringsAt + strings.length;
  const namesAt = linkAt + link.length;
  const sectionsAt = namesAt + names.length;
  const sections = [
    [0, 0, 0, 0, 0, 0],
    [nameOf('.text'), 1, CODE.address, CODE.fileOffset, CODE.size, 0],
    [nameOf('.symtab'), content.symbols === undefined ? 0 : 2, 0, symbolsAt, symbols.length, 3],
    [nameOf('.strtab'), 3, 0, stringsAt, strings.length, 0],
    [nameOf('.gnu_debuglink'), 1, 0, linkAt, link.length, 0],
    [nameOf('.shstrtab'), 3, 0, namesAt, names.length, 0],
  ];
  const file = Buffer.alloc(sectionsAt + sections.length * 64);
  const write = writerOf(file, little);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, little ? 1 : 2, 1]);
  write.u16(16, 2, 62);
  write.u32(20, 1);
  write.u64(24, content.entry ?? 0, 64, sectionsAt);
  write.u16(52, 64, 56, 2, 64, sections.length, 5);
  write.u32(64, 1, 5);
  write.u64(72, CODE.fileOffset, CODE.address, CODE.address, CODE.size, CODE.size, 4096);
  write.u32(120, 4, 4);
  write.u64(128, noteAt, 0, 0, note.length, note.length, 4);
  file.set(note, noteAt);
  file.set(symbols, symbolsAt);
  file.set(strings, stringsAt);
  file.set(link, linkAt);
  file.set(names, namesAt);
  for (const [i, [name, type, address, offset, size, linked]] of sections.entries()) {
    write.u32(sectionsAt + i * 64, name, type);
    write.u64(sectionsAt + i * 64 + 8, 0, address, offset, size);
    write.u32(sectionsAt + i * 64 + 40, linked);
  }
  return file;
}

/** Bytes in memory as a file. */
export function sourceOf(bytes: Uint8Array): ElfSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

function symbolsOf(symbols: readonly ElfSymbol[], little: boolean): { symbols: Buffer; strings: Buffer } {
  const strings = Buffer.from(`\0${symbols.map(({ name }) => `${name}\0`).join('')}`);
  const records = Buffer.alloc((symbols.length + 1) * 24);
  const write = writerOf(records, little);
  let place = 1;
  for (const [i, { name, address, size = 16, type = 2, binding = 1 }] of symbols.entries()) {
    const at = (i + 1) * 24;
    write.u32(at, place);
    records[at + 4] = (binding << 4) | type;
    write.u16(at + 6, 1);
    write.u64(at + 8, address, size);
    place += Buffer.byteLength(name) + 1;
  }
  return { symbols: records, strings };
}

function noteOf(buildId: string, little: boolean): Buffer {
  const note = Buffer.alloc(16 + buildId.length / 2);
  writerOf(note, little).u32(0, 4, buildId.length / 2, 3);
  note.write('GNU', 12);
  note.write(buildId, 16, 'hex');
  return note;
}

function debugLinkOf(link: ElfContent['debugLink'], little: boolean): Buffer {
  if (link === undefined) return Buffer.alloc(0);
  const crcAt = Math.ceil((link.name.length + 1) / 4) * 4;
  const bytes = Buffer.alloc(crcAt + 4);
  bytes.write(link.name);
  writerOf(bytes, little).u32(crcAt, link.crc);
  return bytes;
}

/** Writes runs of numbers of one width. */
function writerOf(bytes: Buffer, little: boolean) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const runs = (width: number, put: (at: number, value: number) => void) => {
    return (at: number, ...values: number[]) => {
      for (const [i, value] of values.entries()) put(at + i * width, value);
    };
  };
  return {
    u16: runs(2, (at, value) => view.setUint16(at, value, little)),
    u32: runs(4, (at, value) => view.setUint32(at, value, little)),
    u64: runs(8, (at, value) => view.setBigUint64(at, BigInt(value), little)),
  };
}

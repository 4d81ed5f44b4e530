import { UserError } from '../../profile/errors.js';
import { type EventAttr, MIN_ATTR_BYTES, parseAttr, readU64 } from './event-attr.js';
import { PERF_DATA_LIMITS } from './limits.js';

/** `PERFILE2` as a little-endian machine writes it, and as a big-endian one does. */
const MAGIC = 'PERFILE2';
const MAGIC_SWAPPED = '2ELIFREP';

/** Magic and header size: all that a pipe has. */
export const PIPE_HEADER_BYTES = 16;
/** `struct perf_file_header`: magic, size, attr_size, three sections, 256 feature bits. */
const FILE_HEADER_BYTES = 104;

/** A piece of the file: offset and size in bytes. */
export interface Section {
  readonly offset: number;
  readonly size: number;
}

export interface FileHeader {
  readonly bigEndian: boolean;
  /** A pipe has attributes and features as records; a file in sections. */
  readonly pipe: boolean;
  readonly attrSize: number;
  readonly attrs: Section;
  /** The records. Size 0 when the recorder did not live to write it. */
  readonly data: Section;
  /** Numbers of the features, ascending; their table of sections follows the records. */
  readonly features: readonly number[];
}

export function isPerfData(head: Uint8Array): boolean {
  return byteOrderOf(head) !== undefined;
}

function byteOrderOf(head: Uint8Array): 'little' | 'big' | undefined {
  if (head.length < MAGIC.length) return undefined;
  const magic = String.fromCharCode(...head.subarray(0, MAGIC.length));
  return magic === MAGIC ? 'little' : magic === MAGIC_SWAPPED ? 'big' : undefined;
}

/** Bytes of the header that `head` (16 bytes or more) begins. */
export function headerLength(head: Uint8Array, name: string): number {
  const order = byteOrderOf(head);
  if (order === undefined || head.length < PIPE_HEADER_BYTES) {
    throw new UserError(
      'PERF_DATA_NOT_ONE',
      `${name}: not a perf.data file (it does not begin with PERFILE2, or ends within its header); give a recording made by perf record.`,
    );
  }
  const size = readU64(viewOf(head), 8, order === 'little');
  if (size === PIPE_HEADER_BYTES) return PIPE_HEADER_BYTES;
  if (size >= FILE_HEADER_BYTES && size <= 4096) return FILE_HEADER_BYTES;
  throw new UserError(
    'PERF_DATA_BAD_HEADER',
    `${name}: the header at byte 8 says it is ${size} bytes long, where perf writes 16 or 104; the file is damaged, record again.`,
  );
}

/** Parses a whole header of `headerLength` bytes. */
export function parseHeader(head: Uint8Array, name: string): FileHeader {
  const bigEndian = byteOrderOf(head) === 'big';
  const none = { offset: 0, size: 0 };
  if (headerLength(head, name) === PIPE_HEADER_BYTES) {
    return {
      bigEndian,
      pipe: true,
      attrSize: 0,
      attrs: none,
      data: { offset: PIPE_HEADER_BYTES, size: 0 },
      features: [],
    };
  }
  const view = viewOf(head);
  const u64 = (at: number): number => readU64(view, at, !bigEndian);
  const header: FileHeader = {
    bigEndian,
    pipe: false,
    attrSize: u64(16),
    attrs: { offset: u64(24), size: u64(32) },
    data: { offset: u64(40), size: u64(48) },
    features: featureNumbers(view, bigEndian),
  };
  const { attrs, data, attrSize } = header;
  if (attrSize < MIN_ATTR_BYTES + 16 || attrSize > 4096) {
    throw damagedHeader(name, 16, `event attributes of ${attrSize} bytes`);
  }
  if (data.offset < FILE_HEADER_BYTES || data.offset > PERF_DATA_LIMITS.headBytes) {
    throw damagedHeader(name, 40, `that the records begin at byte ${data.offset}`);
  }
  if (attrs.offset + attrs.size > data.offset) {
    throw damagedHeader(
      name,
      24,
      `event attributes up to byte ${attrs.offset + attrs.size}, past the first record`,
    );
  }
  return header;
}

/** The attributes of a file; `head` holds all bytes before the records. */
export function parseFileAttrs(head: Uint8Array, header: FileHeader, name: string): EventAttr[] {
  const { attrs, attrSize, bigEndian } = header;
  const count = Math.floor(attrs.size / attrSize);
  if (count > PERF_DATA_LIMITS.events) throw damagedHeader(name, 32, `${count} events`);
  const view = viewOf(head);
  return Array.from({ length: count }, (_, index) => {
    const at = attrs.offset + index * attrSize;
    // The attribute is followed by the section of its ids; both are counted in attrSize.
    const ids = {
      offset: readU64(view, at + attrSize - 16, !bigEndian),
      size: readU64(view, at + attrSize - 8, !bigEndian),
    };
    if (ids.offset + ids.size > head.length)
      throw damagedHeader(name, at + attrSize - 16, 'ids of events past the first record');
    const attr = new DataView(head.buffer, head.byteOffset + at, attrSize - 16);
    return parseAttr(attr, bigEndian, readIds(view, ids.offset, ids.size, bigEndian), at);
  });
}

export function readIds(view: DataView, at: number, size: number, bigEndian: boolean): number[] {
  return Array.from({ length: Math.floor(size / 8) }, (_, i) => readU64(view, at + i * 8, !bigEndian));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function featureNumbers(view: DataView, bigEndian: boolean): number[] {
  const numbers: number[] = [];
  for (let bit = 0; bit < 256; bit++) {
    // The bits are an array of u64.
    const word = 72 + (bit >> 6) * 8 + (((bit & 32) !== 0) === bigEndian ? 0 : 4);
    if ((view.getUint32(word, !bigEndian) >>> (bit & 31)) & 1) numbers.push(bit);
  }
  return numbers;
}

function damagedHeader(name: string, at: number, claim: string): UserError {
  return new UserError(
    'PERF_DATA_BAD_HEADER',
    `${name}: the header at byte ${at} tells of ${claim}; the file is damaged, record again.`,
  );
}

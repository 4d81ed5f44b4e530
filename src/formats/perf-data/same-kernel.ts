import { closeSync, openSync, readSync } from 'node:fs';
import type { Source } from '../format.js';
import { textOf } from './features.js';
import { headerLength, PIPE_HEADER_BYTES, parseHeader, viewOf } from './header.js';
import { RECORD_HEADER_BYTES, RecordType } from './records.js';

/** perf puts the kernel's map among the first records. */
const LOOKED_AT = 65_536;
const KERNEL_MAP = '[kernel.kallsyms]';

/**
 * Whether the addresses of the recording's kernel are those of the one that runs here: same build, same boot (it is
 * put elsewhere at each). perf notes where one symbol was. False when that cannot be told.
 */
export async function isOfThisKernel(source: Source): Promise<boolean> {
  if (source.read === undefined) return false;
  const start = await source.read(0, 4096);
  if (start.length < headerLength(start.subarray(0, PIPE_HEADER_BYTES), source.name)) return false;
  const { bigEndian, data } = parseHeader(start, source.name);
  const records = bigEndian ? new Uint8Array(0) : await source.read(data.offset, LOOKED_AT);
  const noted = kernelSymbol(records);
  return noted !== undefined && currentAddress(noted.name) === noted.address;
}

/** The symbol that the kernel's map names, and its address in hex. */
function kernelSymbol(records: Uint8Array): { name: string; address: string } | undefined {
  const view = viewOf(records);
  for (let at = 0; at + RECORD_HEADER_BYTES <= records.length; ) {
    const size = view.getUint16(at + 6, true);
    if (size < RECORD_HEADER_BYTES || at + size > records.length) return undefined;
    if (view.getUint32(at, true) === RecordType.Mmap && size > 40) {
      const path = textOf(records.subarray(at + 40, at + size));
      // Its file offset is the symbol's address.
      const address = view.getBigUint64(at + 32, true).toString(16);
      if (path.startsWith(KERNEL_MAP)) return { name: path.slice(KERNEL_MAP.length), address };
    }
    at += size;
  }
  return undefined;
}

/** Where a symbol at the start of the running kernel is, in hex; undefined without the right to know. */
function currentAddress(name: string): string | undefined {
  try {
    const file = openSync('/proc/kallsyms', 'r');
    const bytes = Buffer.alloc(LOOKED_AT);
    const length = readSync(file, bytes, 0, LOOKED_AT, 0);
    closeSync(file);
    const line = bytes
      .toString('latin1', 0, length)
      .split('\n')
      .find((each) => each.endsWith(` ${name}`));
    return line?.split(' ')[0].replace(/^0+/, '');
  } catch {
    return undefined;
  }
}

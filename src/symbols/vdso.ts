import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { Binary } from './binary.js';
import { type ElfSource, readElf } from './elf.js';

const MAX_VDSO = 1 << 20;

let known: Binary | undefined;
let isRead = false;

/** The vdso has no file, and is the same in every process of this kernel: our own is read from our memory. */
export function vdso(): Binary | undefined {
  if (!isRead) known = read();
  isRead = true;
  return known;
}

function read(): Binary | undefined {
  try {
    const source = fromOwnMemory();
    const image = source && readElf(source);
    return image && new Binary(image, image);
  } catch {
    return undefined; // a kernel without one, or one that hides our memory from us
  }
}

function fromOwnMemory(): ElfSource | undefined {
  const range = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(readFileSync('/proc/self/maps', 'latin1'));
  if (range === null) return undefined;
  const start = Number.parseInt(range[1], 16);
  const size = Number.parseInt(range[2], 16) - start;
  if (size > MAX_VDSO) return undefined;
  const bytes = Buffer.alloc(size);
  const memory = openSync('/proc/self/mem', 'r');
  try {
    if (readSync(memory, bytes, 0, size, start) !== size) return undefined;
  } finally {
    closeSync(memory);
  }
  return { size, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

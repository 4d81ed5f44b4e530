import { readFileSync } from 'node:fs';
import { F64Column, U32Column } from '../profile/columns.js';
import { buildIdOfNotes } from './elf.js';

const NEWLINE = 0x0a;
const TAB = 0x09;
/** No function holds the address. */
export const NO_FUNCTION = 0xffffffff;
/** Bytes of a line, about. */
const LINE_LENGTH = 40;

/** What a kernel address belongs to. */
export interface KernelSymbol {
  readonly name: string;
  /** `[kernel]`, or the module's name in brackets. */
  readonly mapping: string;
}

/**
 * The kernel's functions as /proc/kallsyms lists them: lines `ADDRESS TYPE NAME[\t[MODULE]]`. Addresses are kept as
 * negative doubles, their distance from 2^64, which is exact for all of kernel space.
 */
export class Kallsyms {
  private constructor(
    private readonly text: Buffer,
    private readonly starts: Float64Array,
    private readonly names: Uint32Array,
  ) {}

  /** The running kernel's, or undefined when it hides its addresses or cannot be read. */
  static ofThisKernel(): Kallsyms | undefined {
    try {
      return Kallsyms.parse(readFileSync('/proc/kallsyms'));
    } catch {
      return undefined;
    }
  }

  /** Undefined when all addresses are zero: the kernel hides them (`kptr_restrict`). */
  static parse(text: Buffer): Kallsyms | undefined {
    const addresses = new F64Column();
    const places = new U32Column();
    addresses.reserve(text.length / LINE_LENGTH);
    places.reserve(text.length / LINE_LENGTH);
    for (let at = 0; at < text.length; ) {
      const end = lineEnd(text, at);
      const address = kernelAddress(text, at);
      if (address < 0 && end - at > 19) {
        addresses.push(address);
        places.push(at + 17);
      }
      at = end + 1;
    }
    return addresses.length === 0 ? undefined : Kallsyms.sorted(text, addresses, places);
  }

  /** The place of the function that holds the address of these two halves, or NO_FUNCTION. */
  placeOf(low: number, high: number): number {
    const address = (high | 0) * 2 ** 32 + low;
    const { starts } = this;
    let from = 0;
    let to = starts.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (starts[middle] <= address) from = middle + 1;
      else to = middle;
    }
    return from === 0 ? NO_FUNCTION : this.names[from - 1];
  }

  /** The function at a place that `placeOf` returned. */
  symbolAt(place: number): KernelSymbol {
    const line = this.text.toString('latin1', place, lineEnd(this.text, place));
    const [name, module] = line.split('\t');
    return { name, mapping: module ?? '[kernel]' };
  }

  /** Symbols carry no size: each ends where the next of any type begins, data ones and `_etext` included. */
  private static sorted(text: Buffer, addresses: F64Column, places: U32Column): Kallsyms {
    const { data } = addresses;
    const order = orderOf(data, addresses.length);
    const starts = new Float64Array(order.length);
    const names = new Uint32Array(order.length);
    let length = 0;
    for (const i of order) {
      const place = places.data[i];
      const name = isCode(text[place]) ? place + 2 : NO_FUNCTION;
      if (length === 0 || starts[length - 1] !== data[i]) {
        starts[length] = data[i];
        names[length++] = name;
      } else if (isBetter(text, name, names[length - 1])) {
        names[length - 1] = name;
      }
    }
    return new Kallsyms(text, starts.subarray(0, length), names.subarray(0, length));
  }
}

/** Build id of the running kernel, '' when it does not tell. */
export function runningKernelBuildId(): string {
  try {
    const notes = readFileSync('/sys/kernel/notes');
    return buildIdOfNotes(new DataView(notes.buffer, notes.byteOffset, notes.length), true);
  } catch {
    return '';
  }
}

/** Indexes by address. The kernel lists its own functions in order; those of modules may not be. */
function orderOf(addresses: Float64Array, length: number): Uint32Array {
  const order = new Uint32Array(length);
  let isSorted = true;
  for (let i = 0; i < length; i++) {
    order[i] = i;
    if (i > 0 && addresses[i] < addresses[i - 1]) isSorted = false;
  }
  return isSorted ? order : order.sort((a, b) => addresses[a] - addresses[b]);
}

/** Lines are short: calling `indexOf` takes longer than looking. */
function lineEnd(text: Buffer, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== NEWLINE) end++;
  return end;
}

/** Types of nm: text, local or global, and weak. */
function isCode(type: number): boolean {
  return type === 0x74 || type === 0x54 || type === 0x77 || type === 0x57;
}

/** Of several names for one address: exported first, then fewer leading underscores, then the longest. */
function isBetter(text: Buffer, other: number, best: number): boolean {
  if (other === NO_FUNCTION) return false;
  if (best === NO_FUNCTION) return true;
  const byExport = Number(text[other - 2] === 0x54) - Number(text[best - 2] === 0x54);
  if (byExport !== 0) return byExport > 0;
  const [a, b] = [measure(text, other), measure(text, best)];
  return a.underscores !== b.underscores ? a.underscores < b.underscores : a.length > b.length;
}

function measure(text: Buffer, from: number): { underscores: number; length: number } {
  let at = from;
  while (text[at] === 0x5f) at++;
  let end = at;
  while (end < text.length && text[end] !== NEWLINE && text[end] !== TAB) end++;
  return { underscores: at - from, length: end - from };
}

/** The 16 digits at `at` as the distance from 2^64; 0 or more when it is not in the kernel's half. */
function kernelAddress(text: Buffer, at: number): number {
  if (at + 16 > text.length) return 0;
  return (half(text, at) | 0) * 2 ** 32 + (half(text, at + 8) >>> 0);
}

function half(text: Buffer, from: number): number {
  let value = 0;
  for (let at = from; at < from + 8; at++) {
    const code = text[at];
    value = (value << 4) | (code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57);
  }
  return value;
}

const HEADER = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/**
 * A WebAssembly module whose own memory may not grow past `pages` of 64 KiB (binary format, sections 5.5.2 and 5.5.8).
 * The module is one we ship with, with one memory.
 */
export function limitWasmMemory(module: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  for (let at = HEADER; at < module.length; ) {
    const size = readLeb(module, at + 1);
    const end = size.next + size.value;
    if (module[at] === MEMORY_SECTION) {
      const minimum = readLeb(module, size.next + 2).value;
      const content = [1, HAS_MAXIMUM, ...leb(minimum), ...leb(pages)];
      const section = [MEMORY_SECTION, ...leb(content.length), ...content];
      return Buffer.concat([module.subarray(0, at), Uint8Array.from(section), module.subarray(end)]);
    }
    at = end;
  }
  throw new Error('the WebAssembly module has no memory');
}

/** An unsigned number in groups of seven bits, the lowest first. */
function readLeb(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  let next = at;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[next++];
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return { value, next };
  }
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

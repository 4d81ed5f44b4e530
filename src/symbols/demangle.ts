import { DEMANGLER, ownFile } from '../own-files.js';
import { limitWasmMemory } from './wasm-memory.js';

/** Longer names are shown as they are. Node's longest has some 1,000 characters. */
const MAX_MANGLED = 8192;
/**
 * 64 KiB each. A mangled name can refer to its own parts, so a short one may stand for gigabytes: decoding stops
 * where this memory ends, after a tenth of a second.
 */
const MAX_PAGES = 128;
/** After so many names that did not fit, only those that are too short to do harm are decoded. */
const MAX_OVERFLOWS = 4;
const HARMLESS_LENGTH = 128;

let demangler: Demangler | undefined;
let overflows = 0;

/**
 * The name as its source spells it: Itanium C++ (`_Z`) and Rust (`_R`, `_ZN…17h`); anything else, and what
 * cannot be decoded, comes back unchanged.
 */
export function demangle(name: string): string {
  const isMangled = name.startsWith('_Z') || name.startsWith('_R');
  const limit = overflows < MAX_OVERFLOWS ? MAX_MANGLED : HARMLESS_LENGTH;
  if (!isMangled || name.length > limit) return name;
  demangler ??= new Demangler();
  try {
    const readable = demangler.decode(name);
    // What it cannot decode it returns without the first underscore.
    return readable === name.slice(1) ? name : readable;
  } catch (error) {
    if (!isWasmTrap(error)) throw error;
    demangler = undefined;
    overflows++;
    return name;
  }
}

function isWasmTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

interface DemanglerExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  demangle_any(place: number, length: number): [place: number, length: number];
  __wbindgen_malloc(size: number, align: number): number;
  __wbindgen_free(place: number, size: number, align: number): void;
}

/**
 * gecko-profiler-demangle, called without the package's own bindings: they import WebAssembly as a module, which Node
 * can do from 24 on only, and cannot begin anew after a name that was too much.
 */
class Demangler {
  private readonly wasm: DemanglerExports;

  constructor() {
    const module = new WebAssembly.Module(limitWasmMemory(ownFile(DEMANGLER), MAX_PAGES));
    // It is called to prepare for JavaScript objects, and is never given any.
    const bindings = { __wbindgen_init_externref_table: () => {} };
    const instance = new WebAssembly.Instance(module, { './index_bg.js': bindings });
    this.wasm = instance.exports as unknown as DemanglerExports;
  }

  decode(name: string): string {
    const { wasm } = this;
    const length = Buffer.byteLength(name);
    const place = wasm.__wbindgen_malloc(length, 1);
    Buffer.from(wasm.memory.buffer, place, length).write(name);
    const [resultPlace, resultLength] = wasm.demangle_any(place, length);
    const readable = Buffer.from(wasm.memory.buffer).toString(
      'utf8',
      resultPlace,
      resultPlace + resultLength,
    );
    wasm.__wbindgen_free(resultPlace, resultLength, 1);
    return readable;
  }
}

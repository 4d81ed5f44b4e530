import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as bindings from 'gecko-profiler-demangle/index_bg.js';

/** Longer names are shown as they are: each step of a mangled name can double the text it stands for. */
const MAX_MANGLED = 4096;

const known = new Map<string, string>();
let loaded = false;

/**
 * The name as its source spells it: Itanium C++ (`_Z`) and Rust (`_R`, `_ZN…17h`); anything else, and what
 * cannot be decoded, comes back unchanged.
 */
export function demangle(name: string): string {
  const isMangled = name.startsWith('_Z') || name.startsWith('_R');
  if (!isMangled || name.length > MAX_MANGLED) return name;
  let readable = known.get(name);
  if (readable === undefined) {
    readable = decode(name);
    known.set(name, readable);
  }
  return readable;
}

function decode(name: string): string {
  if (!loaded) load();
  try {
    const readable = bindings.demangle_any(name);
    // What it cannot decode it returns without the first underscore.
    return readable === name.slice(1) ? name : readable;
  } catch {
    return name;
  }
}

/** The package's own entry imports its WebAssembly as a module, which Node can only do from 24 on. */
function load(): void {
  const file = fileURLToPath(import.meta.resolve('gecko-profiler-demangle/index_bg.wasm'));
  const module = new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(module, { './index_bg.js': bindings });
  bindings.__wbg_set_wasm(exports);
  (exports as { __wbindgen_start(): void }).__wbindgen_start();
  loaded = true;
}

import { CALL_FRAME, type FrameId } from '../../profile/frames.js';
import { internJitFrame } from '../../profile/jit-frames.js';
import { isJitName, parseJitName } from '../../profile/jit-name.js';
import { Layer, nativeLayer, packageOfPath } from '../../profile/layers.js';
import type { MappingId } from '../../profile/mappings.js';
import { JIT_MAPPING } from '../../profile/mappings.js';
import type { Profile } from '../../profile/profile.js';

/** What a text says of a frame. */
export interface CodeText {
  /** '' when it has no name. */
  readonly symbol: string;
  /** The binary or what else is mapped there, as the tool writes it; '' when the text does not tell. */
  readonly dso: string;
  /** The halves of the address as written: in a file its offset. */
  readonly low: number;
  readonly high: number;
}

/** Where the kernel's addresses begin, by their high half. */
const KERNEL_HIGH = 0xffff_0000;
/** Memory whose code was made at run time, as perf, jitdump and the kernel name it. */
const JIT_DSO =
  /^(?:\/\/anon|\[anon|\/memfd:|\/dev\/zero|\/SYSV|\[heap\]|\[stack|\/tmp\/perf-\d+\.map$|(?:.*\/)?jitted-\d+-\d+\.so$)/;
const KERNEL_DSO =
  /^\[(?:guest\.)?kernel\b|\bvmlinux\b|^\/lib\/modules\/|^\/proc\/kcore|\.ko(?:\.[gx]z|\.zst)?$/;
const USER_BRACKETS = /^\[(?:vdso|vsyscall|unknown|unmapped|jit)\]$/;
/** `memcpy@@GLIBC_2.14` is `memcpy`. */
const VERSION = /@@?[A-Z][\w.]*$/;
const UNKNOWN = /^\[?unknown\]?$|^$/;

/** Frames of code that a text tells by symbol and binary, in the layers that perf.data's frames have. */
export class CodeFrames {
  /** Frames that have a name, by binary and symbol: they are the same at every address. */
  private readonly named = new Map<string, Map<string, FrameId>>();

  constructor(private readonly profile: Profile) {}

  /** The frame of `code`. */
  frame(code: CodeText): FrameId {
    if (code.dso === '') return this.make(code); // the address tells the kernel's
    let ofDso = this.named.get(code.dso);
    if (ofDso === undefined) {
      ofDso = new Map();
      this.named.set(code.dso, ofDso);
    }
    const known = ofDso.get(code.symbol);
    if (known !== undefined) return known;
    const frame = this.make(code);
    if (!UNKNOWN.test(code.symbol)) ofDso.set(code.symbol, frame);
    return frame;
  }

  private make(code: CodeText): FrameId {
    const symbol = UNKNOWN.test(code.symbol) ? '' : code.symbol.replace(VERSION, '');
    const path = plainPath(code.dso);
    if (isKernel(code, path)) return this.native(kernelMapping(path), symbol, Layer.Kernel, code);
    if (JIT_DSO.test(path)) {
      if (symbol !== '') return internJitFrame(this.profile, parseJitName(symbol));
      return this.native(JIT_MAPPING, '', Layer.Unknown, code);
    }
    if (UNKNOWN.test(path)) return this.ofNoBinary(symbol, code);
    return this.native(path, symbol, nativeLayer(path, symbol), code);
  }

  /** The function `symbol` that was inlined into one of `outer`'s binary. */
  inlined(symbol: string, outer: FrameId): FrameId {
    const { functions, frames, mappings } = this.profile;
    const mapping = functions.columns.mapping.data[frames.func(outer)];
    const path = mappings.path(mapping);
    const isKernel = functions.layer(frames.func(outer)) === Layer.Kernel;
    const layer = isKernel ? Layer.Kernel : nativeLayer(path, symbol);
    const func = this.profile.functions.intern(nativeKey(symbol, mapping), layer, '');
    return frames.intern({ ...CALL_FRAME, func, inlined: 1 });
  }

  private ofNoBinary(symbol: string, code: CodeText): FrameId {
    if (isJitName(symbol)) return internJitFrame(this.profile, parseJitName(symbol));
    if (symbol !== '') return this.native('', symbol, layerOfNoBinary(symbol), code);
    // Broken stacks end in any number at all: these are one frame, not as many.
    return code.dso === ''
      ? this.native('', '', Layer.Unknown, code)
      : this.native('[unmapped]', '', Layer.Unknown, { ...code, low: 0, high: 0 });
  }

  private native(path: string, symbol: string, layer: Layer, { low, high }: CodeText): FrameId {
    const { functions, frames, mappings } = this.profile;
    const mapping = path === '' ? 0 : mappings.intern(path, '');
    const packageName = layer === Layer.Addon ? packageOfPath(path) : '';
    const func = functions.intern(nativeKey(symbol, mapping), layer, packageName);
    if (symbol !== '') return frames.intern({ ...CALL_FRAME, func });
    return frames.intern({ ...CALL_FRAME, func, addressLo: low, addressHi: high });
  }
}

/** Only what is of V8, Node or libuv by its name can be told without the binary. */
function layerOfNoBinary(symbol: string): Layer {
  const layer = nativeLayer('', symbol);
  return layer === Layer.System ? Layer.Unknown : layer;
}

function nativeKey(name: string, mapping: MappingId) {
  return { name, script: 0, mapping, line: 0, column: 0 };
}

/** Without the mark of a deleted file. */
function plainPath(dso: string): string {
  return dso.endsWith(' (deleted)') ? dso.slice(0, -' (deleted)'.length) : dso;
}

function isKernel({ high }: CodeText, path: string): boolean {
  if (KERNEL_DSO.test(path)) return true;
  if (USER_BRACKETS.test(path) || path.startsWith('/')) return false;
  if (path === '') return high >= KERNEL_HIGH;
  return path.startsWith('[') && !JIT_DSO.test(path);
}

/** `[kernel.kallsyms]` and the like are one; modules keep their name, in brackets. */
function kernelMapping(path: string): string {
  const module = /([^/]+?)\.ko(?:\.\w+)?$/.exec(path)?.[1];
  if (module !== undefined) return `[${module.replaceAll('-', '_')}]`;
  return path.startsWith('[') && !/^\[(?:guest\.)?kernel\b/.test(path) ? path : '[kernel]';
}

/** The part of the system a function belongs to, from the hardware up. */
export enum Layer {
  Kernel = 0,
  Libc = 1,
  /** Other libraries, and those bundled in node: OpenSSL, zlib, c-ares, nghttp2, ICU, sqlite. */
  System = 2,
  Libuv = 3,
  /** Node's C++. */
  Node = 4,
  Addon = 5,
  /** Runtime, garbage collector, compilers, interpreter, builtins, regular expressions. */
  V8 = 6,
  /** Node's JavaScript core. */
  NodeJs = 7,
  /** JavaScript from `node_modules`. */
  Dependency = 8,
  Application = 9,
  Unknown = 10,
}

/** Names of the layers as reports and JSON write them, by value. */
export const LAYER_NAMES = [
  'kernel',
  'libc',
  'system',
  'libuv',
  'node',
  'addon',
  'v8',
  'node-js',
  'dependency',
  'application',
  'unknown',
] as const;

/** The layer of native code in the binary at `path`; `symbol` is demangled, '' when it is not known. */
export function nativeLayer(path: string, symbol: string): Layer {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (file.endsWith('.node')) return Layer.Addon;
  if (/^(?:libc|libpthread|libm|ld|libdl|librt|ld-linux.*|ld-musl.*)[.-]|^\[vdso\]|^\[vsyscall\]/.test(file))
    return Layer.Libc;
  if (file.startsWith('libuv.')) return Layer.Libuv;
  if (!/^(?:node|nodejs|libnode)\b/.test(file)) return file.startsWith('[') ? Layer.Unknown : Layer.System;
  if (symbol === '') return Layer.Unknown;
  if (/^uv_|^worker$/.test(symbol)) return Layer.Libuv;
  if (/^Builtins_|\b(?:v8|cppgc|heap)::/.test(symbol)) return Layer.V8;
  return /\bnode::|^napi_|^main$/.test(symbol) ? Layer.Node : Layer.System;
}

/** Where JavaScript comes from, by the url of its script: the layer, and the npm package or ''. */
export function scriptOrigin(url: string): { layer: Layer; packageName: string } {
  if (url.startsWith('node:') || url.startsWith('internal/')) return { layer: Layer.NodeJs, packageName: '' };
  const packageName = packageOfPath(url);
  return { layer: packageName === '' ? Layer.Application : Layer.Dependency, packageName };
}

/** The npm package whose folder holds the path, by its last `node_modules` segment; '' for none. */
export function packageOfPath(path: string): string {
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0) return '';
  const [first, second] = path.slice(at + '/node_modules/'.length).split('/', 2);
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}

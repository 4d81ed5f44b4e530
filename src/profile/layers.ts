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

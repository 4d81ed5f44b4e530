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

/**
 * The layer of native code in the binary at `path`; `symbol` is demangled, or mangled where that failed, and '' when
 * it is not known. The libraries that are bundled in node are told from it by their symbols.
 */
export function nativeLayer(path: string, symbol: string): Layer {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (path.startsWith('[')) return path === '[vdso]' || path === '[vsyscall]' ? Layer.Libc : Layer.Unknown;
  if (file.endsWith('.node')) return Layer.Addon;
  if (LIBC.test(file)) return Layer.Libc;
  if (file.startsWith('libuv.so')) return Layer.Libuv;
  const isNode = NODE.test(file);
  if (symbol === '') return isNode ? Layer.Unknown : Layer.System;
  if (!isNode && file.includes('.so')) return Layer.System;
  return layerOfSymbol(symbol) ?? (isNode ? layerOfNodeSymbol(symbol) : Layer.System);
}

/** glibc's parts, old and new, musl's, which is the loader, and macOS's. */
const LIBC =
  /^(?:libsystem_(?:c|kernel|m|malloc|platform|pthread)|libdyld|libSystem|libc|libm|libmvec|libpthread|libdl|librt|libresolv|libutil|libanl|libnss_\w+|ld|ld-linux[\w-]*|ld-musl[\w-]*|ld64)[.-]/;
const NODE = /^(?:node|nodejs|iojs|libnode)(?:$|[.\d-])/;

/** C++ namespaces; what is in none of these is a library: ICU, ada, simdutf, simdjson, Rust's. */
const NAMESPACES: ReadonlyMap<string, Layer> = new Map([
  ['v8', Layer.V8],
  ['v8_inspector', Layer.V8],
  ['v8_crdtp', Layer.V8],
  ['cppgc', Layer.V8],
  ['heap', Layer.V8],
  ['unibrow', Layer.V8],
  ['disasm', Layer.V8],
  ['node', Layer.Node],
  ['ncrypto', Layer.Node],
  ['nbytes', Layer.Node],
  ['crdtp', Layer.Node],
  ['inspector', Layer.Node],
]);
/**
 * Templates belong to whom they are made for: `std::vector<v8::Local<…>>` is V8's. Node uses V8's types and V8 none of
 * Node's, so one of Node's anywhere decides.
 */
const MADE_FOR_NODE = /(?<![\w:])(?:node|ncrypto|crdtp)::|\buvimpl::|\dN?4node(?=[\dNI])/;
const MADE_FOR_V8 = /(?<![\w:])(?:v8|v8_inspector|v8_crdtp|cppgc|heap)::|\dN?2v8(?=[\dNI])/;
const GENERIC = new Set(['', 'std', '__gnu_cxx', 'absl']);

/** `{virtual override thunk({offset(-16)}, node::Worker::~Worker())}` and the like. */
const THUNK = /^\{[^(]*thunk\((?:\{[^}]*\}, )*|^(?:non-)?virtual thunk to /;
const MANGLED_NAMESPACE = /^_ZZ*(?:T[hv]n?\d+_(?:n?\d+_)?)?N?[rVKRO]*(\d+)/;

function layerOfSymbol(symbol: string): Layer | undefined {
  const name = symbol.replace(THUNK, '');
  const namespace = namespaceOf(name);
  if (!GENERIC.has(namespace)) return NAMESPACES.get(namespace);
  if (MADE_FOR_NODE.test(name)) return Layer.Node;
  return MADE_FOR_V8.test(name) ? Layer.V8 : layerOfPlainSymbol(name);
}

/** The outermost namespace, '' for none and for an anonymous one; of a name that could not be demangled, too. */
function namespaceOf(name: string): string {
  const length = MANGLED_NAMESPACE.exec(name);
  if (length === null) return /^<?(\w+)(?:<.*>)?::/.exec(name)?.[1] ?? '';
  const namespace = name.slice(length[0].length).slice(0, Number(length[1]));
  return namespace.startsWith('_GLOBAL_') ? '' : namespace;
}

function layerOfPlainSymbol(symbol: string): Layer | undefined {
  if (symbol.startsWith('uv_')) return Layer.Libuv;
  if (/^Builtins_|^_?v8_|^PushAllRegistersAndIterateStack/.test(symbol)) return Layer.V8;
  return /^napi_|^node_(?:api|module)_/.test(symbol) ? Layer.Node : undefined;
}

/** What has no prefix of its own: libuv's local functions, and C's start-up code; the rest are bundled libraries. */
function layerOfNodeSymbol(symbol: string): Layer {
  if (symbol === 'main' || /^_register_(?:external_reference|isolate|context)_/.test(symbol))
    return Layer.Node;
  if (LIBUV_LOCALS.has(symbol.replace(/[(.].*/, ''))) return Layer.Libuv;
  return C_START.test(symbol) ? Layer.Libc : Layer.System;
}

const LIBUV_LOCALS = new Set(
  (
    'worker post init_once init_threads reset_once glibc_version_check init_process_title_mutex_once ' +
    'maybe_free_watcher_list inet_pton4 poll_cb timer_cb timer_close_cb'
  ).split(' '),
);
const C_START =
  /^(?:_start|_init|_fini|_dl_relocate_static_pie|frame_dummy|(?:de)?register_tm_clones|__do_global_\w+)$/;

/** Where JavaScript comes from, by the url of its script: the layer, and the npm package or ''. */
export function scriptOrigin(url: string): { layer: Layer; packageName: string } {
  // V8 had built-in functions written in JavaScript until 2016. Node wraps what it is given by --eval or as the text of a worker: `[eval]-wrapper`.
  if (/^(?:node:|internal\/|\[[\w ]+\]-wrapper$)/.test(url) || CORE_BEFORE_16.test(url))
    return { layer: Layer.NodeJs, packageName: '' };
  if (/^native [\w-]+\.js$/.test(url)) return { layer: Layer.V8, packageName: '' };
  const packageName = packageOfPath(url);
  return { layer: packageName === '' ? Layer.Application : Layer.Dependency, packageName };
}

/** Before Node 16 its public modules had bare names, as scripts run with `vm` may have. */
const CORE_BEFORE_16 =
  /^(?:_(?:http|stream|tls)_\w+|assert|async_hooks|bootstrap_node|buffer|child_process|cluster|console|crypto|dgram|dns|domain|events|fs|https?|http2|module|net|node|os|path|perf_hooks|process|punycode|querystring|readline|repl|stream|string_decoder|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)\.js$/;

/** The npm package whose folder holds the path, by its last `node_modules` segment; '' for none. */
export function packageOfPath(path: string): string {
  const segments = path.split(/[\\/]/);
  const at = segments.lastIndexOf('node_modules');
  const name = segments[at + 1] ?? '';
  const inScope = name.startsWith('@') && segments.length > at + 2;
  return at < 0 ? '' : inScope ? `${name}/${segments[at + 2]}` : name;
}

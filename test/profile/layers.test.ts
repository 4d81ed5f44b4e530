import { describe, expect, it } from 'vitest';
import { LAYER_NAMES, nativeLayer, packageOfPath, scriptOrigin } from '../../src/profile/layers.js';
import { demangle } from '../../src/symbols/demangle.js';
import { NO_NAME } from '../../src/symbols/symbol-table.js';
import { NODE_VERSIONS, nodeBinary, readOwnSymbols } from '../symbols/programs.js';

const inNode = (symbol: string) => LAYER_NAMES[nativeLayer('/usr/bin/node', symbol)];

describe('the layer of native code', () => {
  it.each([
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', '', 'libc'],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', 'malloc', 'libc'],
    ['/lib/ld-musl-x86_64.so.1', 'malloc', 'libc'],
    ['/lib64/ld-linux-x86-64.so.2', '', 'libc'],
    ['/lib/libpthread-2.31.so', '', 'libc'],
    ['/lib/libm.so.6', 'exp', 'libc'],
    ['[vdso]', 'clock_gettime', 'libc'],
    ['/usr/lib/libcrypto.so.3', 'EVP_DigestUpdate', 'system'],
    ['/usr/lib/libcap.so.2', '', 'system'],
    ['/usr/lib/libstdc++.so.6', 'operator new(unsigned long)', 'system'],
    ['/usr/lib/libuv.so.1', 'uv_run', 'libuv'],
    ['/usr/lib/libuv.so.1.0.0', '', 'libuv'],
    ['/usr/lib/libnode.so.108', 'v8::internal::Heap::Scavenge()', 'v8'],
    ['/app/node_modules/x/build/Release/x.node', 'v8::Local<v8::Value>::f()', 'addon'],
    ['/usr/bin/bash', '', 'system'],
    ['/usr/bin/bash', 'main', 'system'],
    ['/opt/single-executable', 'node::Start(int, char**)', 'node'],
    ['/usr/bin/node', '', 'unknown'],
    ['[jit]', '', 'unknown'],
    ['[unmapped]', '', 'unknown'],
  ])('%s %s', (path, symbol, layer) => {
    expect(LAYER_NAMES[nativeLayer(path, symbol)]).toBe(layer);
  });

  it.each([
    ['v8', 'v8::internal::(anonymous namespace)::Invoke(v8::internal::Isolate*)'],
    ['v8', 'Builtins_LoadIC'],
    ['v8', 'cppgc::internal::Marker::Run()'],
    ['v8', 'heap::base::Stack::IteratePointers()'],
    [
      'v8',
      'std::vector<v8::Local<v8::Value>, std::allocator<v8::Local<v8::Value> > >::push_back(v8::Local<v8::Value>&&)',
    ],
    ['v8', '_ZN2v88internal6maglev16DeoptInfoVisitorINS1_13LazyDeoptInfoEE5VisitIRZNS1_28PropagateE'],
    ['v8', 'PushAllRegistersAndIterateStack'],
    ['node', 'node::http_parser::Parser::Execute(char const*, unsigned long)'],
    ['node', '{virtual override thunk({offset(-16)}, node::worker::Worker::~Worker())}'],
    ['node', 'non-virtual thunk to node::worker::Worker::~Worker()'],
    [
      'node',
      'std::_Function_handler<v8::MaybeLocal<v8::Value>(node::StartExecutionCallbackInfo const&), f>::_M_invoke()',
    ],
    ['node', '(anonymous namespace)::uvimpl::Work::DoThreadPoolWork()'],
    ['node', 'napi_call_function'],
    ['node', 'main'],
    ['libuv', 'uv__io_poll'],
    ['libuv', 'worker'],
    ['system', 'sha512_block_data_order_avx2'],
    ['system', 'aesni_gcm_encrypt'],
    ['system', 'ossl_rsaz_amm52x20_x2_ifma256'],
    ['system', 'deflate_slow'],
    ['system', 'Cr_z_deflate'],
    ['system', 'BrotliEncoderCompressStream'],
    ['system', 'ZSTD_compressBlock_fast'],
    ['system', 'ares_process_fd'],
    ['system', 'nghttp2_session_mem_send'],
    ['system', 'icu_78::UnicodeString::append(char16_t)'],
    ['system', 'ucnv_open_78'],
    ['system', 'sqlite3VdbeExec'],
    ['system', 'simdutf::haswell::implementation::validate_utf8(char const*, unsigned long) const'],
    ['system', 'ada::parser::parse_url_impl<ada::url, true>(std::basic_string_view<char>, ada::url const*)'],
    ['system', 'llhttp__internal_execute'],
    ['system', '<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop'],
    ['libc', '_start'],
  ])('%s: %s', (layer, symbol) => {
    expect(inNode(symbol)).toBe(layer);
  });

  it.each(NODE_VERSIONS)(
    "is told for the functions of node %i, most of them V8's, by whole families",
    (version) => {
      const binary = readOwnSymbols(nodeBinary(version));
      const families: [RegExp, string][] = [
        [/^_ZNK?2v88internal|^Builtins_/, 'v8'],
        [/^_ZNK?4node(?!.*2v8)/, 'node'],
        [/^uv_/, 'libuv'],
        [/^(?:EVP|SSL|ossl|OSSL|ares|nghttp2|ZSTD|sqlite3|X509|BN|llhttp|uvwasi|Cr_z)_/, 'system'],
        [/^_ZNK?6icu_\d\d|^u(?:cnv|res|cal)_\w+_\d\d$/, 'system'],
      ];
      const counts = new Map<string, number>();
      const wrong: string[] = [];
      let last = NO_NAME;
      for (let offset = 0; offset < 0x5000000; offset += 256) {
        const place = binary.find(offset);
        if (place === last || place === NO_NAME) continue;
        last = place;
        const symbol = binary.nameAt(place);
        const layer = inNode(demangle(symbol));
        counts.set(layer, (counts.get(layer) ?? 0) + 1);
        const family = families.find(([pattern]) => pattern.test(symbol));
        if (family !== undefined && family[1] !== layer) wrong.push(`${symbol} is ${layer}`);
      }
      expect(wrong.slice(0, 10)).toEqual([]);
      expect([...counts.keys()].sort()).toEqual(expect.arrayContaining(['libuv', 'node', 'system', 'v8']));
      expect(counts.get('v8')).toBeGreaterThan(20_000);
      expect(counts.get('libuv')).toBeGreaterThan(100);
    },
  );

  it('takes little time for a hostile name', () => {
    for (const piece of ['<', '::', 'a<', '{', '(', 'v8:', '{}, ', '_Z9'])
      expect(inNode(piece.repeat(20_000))).toBeDefined();
  });
});

describe('where a script is from', () => {
  it.each([
    ['node:internal/fs/dir', 'node-js', ''],
    ['internal/modules/cjs/loader.js', 'node-js', ''],
    ['events.js', 'node-js', ''],
    ['bootstrap_node.js', 'node-js', ''],
    ['/app/server.js', 'application', ''],
    ['/app/node_modules/express/lib/router.js', 'dependency', 'express'],
    ['/app/node_modules/a/node_modules/@s/p/index.js', 'dependency', '@s/p'],
    ['C:\\app\\node_modules\\@s\\p\\index.js', 'dependency', '@s/p'],
    ['/app/node_modules/.pnpm/x@1.0.0/node_modules/x/y.js', 'dependency', 'x'],
    ['file:///app/node_modules/x/y.mjs', 'dependency', 'x'],
    ['wasm://wasm/1234', 'application', ''],
    ['[worker eval]-wrapper', 'node-js', ''],
    ['[worker eval]', 'application', ''],
    ['evalmachine.<anonymous>', 'application', ''],
    ['', 'application', ''],
    ['/app/events.js', 'application', ''],
  ])('%s', (url, layer, packageName) => {
    const origin = scriptOrigin(url);
    expect([LAYER_NAMES[origin.layer], origin.packageName]).toEqual([layer, packageName]);
  });

  it('is no package where a path ends in node_modules', () => {
    expect(['/node_modules/', '/a/node_modules/@s', '/node_modules'].map(packageOfPath)).toEqual([
      '',
      '@s',
      '',
    ]);
  });
});

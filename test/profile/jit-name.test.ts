import { describe, expect, it } from 'vitest';
import { Tier } from '../../src/profile/frames.js';
import { parseJitName } from '../../src/profile/jit-name.js';
import { plainUrl } from '../../src/profile/script-url.js';

const { Interpreted, Baseline, Maglev, Turbofan, None } = Tier;

describe('a name in a perf map', () => {
  // Lines of maps that Node 20, 22, 24 and 26 wrote, and of older ones.
  it.each([
    ['JS:~fib file:///tmp/a.mjs:2:13', 'fib', '/tmp/a.mjs', 2, 13, Interpreted],
    ['JS:^fib /tmp/a.js:2:13', 'fib', '/tmp/a.js', 2, 13, Baseline],
    ["JS:+'fib file:///tmp/a%20b.mjs:2:13", 'fib', '/tmp/a b.mjs', 2, 13, Maglev],
    ["JS:*'evalled :1:18", 'evalled', '', 1, 18, Turbofan],
    ['JS:o+vmfn my vm file.js:1:15', 'vmfn', 'my vm file.js', 1, 15, Maglev],
    ['JS:o* :1:20', '', '', 1, 20, Turbofan],
    ['JS:* file:///tmp/a.mjs:10:286', '', '/tmp/a.mjs', 10, 286, Turbofan],
    ['JS:^get odd name file:///tmp/a.mjs:3:108', 'get odd name', '/tmp/a.mjs', 3, 108, Baseline],
    ['JS:~get name my file.js:3:1', 'get name', 'my file.js', 3, 1, Interpreted],
    ['JS:~#p file:///tmp/a.mjs:3:13', '#p', '/tmp/a.mjs', 3, 13, Interpreted],
    [
      'JS:~<instance_members_initializer> node:events:1:1',
      '<instance_members_initializer>',
      'node:events',
      1,
      1,
      Interpreted,
    ],
    ['Eval:~ node:internal/fs/dir:1:1', '', 'node:internal/fs/dir', 1, 1, Interpreted],
    ['Script:~ my vm file.js:1:1', '', 'my vm file.js', 1, 1, Interpreted],
    ['LazyCompile:*fn /a/node_modules/@s/p/i.js:7', 'fn', '/a/node_modules/@s/p/i.js', 7, 0, Turbofan],
    ['Function:~a b evalmachine.<anonymous>:1:2', 'a b', 'evalmachine.<anonymous>', 1, 2, Interpreted],
    ['JS:~f C:\\x y\\a.js:1:2', 'f', 'C:\\x y\\a.js', 1, 2, Interpreted],
    ['JS:*onlyname', 'onlyname', '', 0, 0, Turbofan],
    ['JS:', '', '', 0, 0, None],
  ])('%s', (text, name, url, line, column, tier) => {
    expect(parseJitName(text)).toEqual({ kind: 'js', name, url, line, column, tier });
  });

  it.each([
    ['RegExp:(\\w+)\\s', 'regexp', '/(\\w+)\\s/', None],
    ["RegExp.> src: '(\\w+)' flags: 'g'", 'regexp', '/(\\w+)/g', None],
    ["RegExp.< src: ''' flags: ''", 'regexp', "/'/", None],
    ['JS:wasm-function[0]-0-liftoff', 'wasm', 'wasm-function[0]', Baseline],
    ['JS:wasm-function[12]-12-turbofan', 'wasm', 'wasm-function[12]', Turbofan],
    ['JS:js-to-wasm:i:i', 'v8', 'js-to-wasm:i:i', None],
    ['Stub:js-to-wasm:i:i', 'v8', 'js-to-wasm:i:i', None],
    ['Builtin:LoadIC', 'v8', 'Builtins_LoadIC', None],
    ['BytecodeHandler:Ldar', 'v8', 'Builtins_LdarHandler', None],
    ['BytecodeHandler:SubSmi.ExtraWide', 'v8', 'Builtins_SubSmiExtraWideHandler', None],
    ['LoadIC:something', 'v8', 'LoadIC:something', None],
    ['', 'v8', '', None],
  ])('%s', (text, kind, name, tier) => {
    expect(parseJitName(text)).toMatchObject({ kind, name, tier, url: '' });
  });

  it('takes time in proportion to the longest hostile name', () => {
    for (const piece of ['1:', ': ', 'get ', '9', '/ ', ' a', "' flags: '", '-turbofan', '[1]']) {
      for (const tag of ['JS:~', 'RegExp.> ', 'Stub:', 'BytecodeHandler:']) {
        const name = tag + piece.repeat(65_536 / piece.length);
        expect(parseJitName(name).name.length).toBeLessThanOrEqual(name.length);
      }
    }
  });

  it('writes file urls as plain paths', () => {
    expect(plainUrl('file:///C:/a.js')).toBe('C:/a.js');
    expect(plainUrl('file:///a%ZZ.js')).toBe('/a%ZZ.js');
    expect(plainUrl('https://x/y.js')).toBe('https://x/y.js');
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { demangle } from '../../src/symbols/demangle.js';

/** A name whose text doubles with each step: `a<a<…>, a<…>>`. */
function doubling(steps: number): string {
  const reference = (i: number) => (i === 0 ? 'S_' : `S${(i - 1).toString(36).toUpperCase()}_`);
  let name = '_Z1f1aIiE';
  for (let i = 1; i <= steps; i++) name += `S_I${reference(i)}${reference(i)}E`;
  return name;
}

describe('demangle', () => {
  it.each([
    ['_ZN4node5StartEiPPc', 'node::Start(int, char**)'],
    ['_ZN2v88internal12_GLOBAL__N_13FooEv.cold', 'v8::internal::(anonymous namespace)::Foo() [clone .cold]'],
    ['_RNvCs_4core3foo', 'core::foo'],
    ['_ZN4core3fmt9Formatter3pad17h1234567890abcdefE', 'core::fmt::Formatter::pad'],
    ['_Zx', '_Zx'],
    ['_Z1fInv', '_Z1fInv'],
    ['uv_run', 'uv_run'],
    ['?f@@YAXXZ', '?f@@YAXXZ'],
    ['', ''],
  ])('%s', (name, readable) => {
    expect(demangle(name)).toBe(readable);
  });

  it('agrees with c++filt', () => {
    const names = [
      '_ZNK4node9AsyncWrap10self_sizeEv',
      '_ZN2v87Isolate3NewERKNS0_12CreateParamsE',
      '_ZN4nodeL4initEv',
    ];
    const theirs = execFileSync('c++filt', { input: names.join('\n'), encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(names.map(demangle)).toEqual(theirs);
  });

  it('does not follow a short name that stands for gigabytes, and goes on with others', () => {
    const before = process.memoryUsage().rss;
    for (const steps of [25, 30, 40, 60, 61, 62, 63, 64, 200])
      expect(demangle(doubling(steps))).toBe(doubling(steps));
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
    expect(demangle(doubling(2))).toContain('a<a<a<int>, a<int> >');
    expect(demangle(`_Z${'N'.repeat(100_000)}`)).toHaveLength(100_002);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ENTRY, PerfMap } from '../../src/symbols/perf-map.js';

const ALWAYS = Number.NEGATIVE_INFINITY;

function mapOf(text: string): PerfMap {
  const map = new PerfMap();
  map.feed(Buffer.from(text), ALWAYS);
  map.advance(ALWAYS);
  return map;
}

function nameAt(map: PerfMap, address: number): string | undefined {
  const entry = map.find(address);
  return entry === NO_ENTRY ? undefined : map.nameOf(entry);
}

describe('a perf map', () => {
  it('names from the start of an entry up to its end', () => {
    const map = mapOf('1000 10 JS:*a /x.js:1:2\n2000 8 b with spaces \n');
    const addresses = [0xfff, 0x1000, 0x100f, 0x1010, 0x2000, 0x2008];
    const names = [undefined, 'JS:*a /x.js:1:2', 'JS:*a /x.js:1:2', undefined, 'b with spaces ', undefined];
    expect(addresses.map((address) => nameAt(map, address))).toEqual(names);
  });

  it('keeps nothing of an older entry that a newer one overlaps by a byte', () => {
    const map = mapOf('1000 100 old\n10ff 1 new\n');
    expect([0x1000, 0x10fe, 0x10ff].map((address) => nameAt(map, address))).toEqual([
      undefined,
      undefined,
      'new',
    ]);
  });

  it('does not bring back what was evicted when the evicting one is evicted itself', () => {
    const map = mapOf('1000 10 first\n100f 10 second\n101e 10 third\n');
    expect([0x1000, 0x1010, 0x1020].map((address) => nameAt(map, address))).toEqual([
      undefined,
      undefined,
      'third',
    ]);
  });

  it('agrees with applying the lines one after another, however they are cut into pieces and batches', () => {
    const line = fc.record({ start: fc.nat(300), size: fc.integer({ min: 1, max: 40 }) });
    const lines = fc.array(line, { maxLength: 60 });
    fc.assert(
      fc.property(lines, fc.array(fc.nat(2000), { maxLength: 8 }), (entries, cuts) => {
        const text = Buffer.from(
          entries.map(({ start, size }, i) => `${start.toString(16)} ${size.toString(16)} f${i}\n`).join(''),
        );
        const map = new PerfMap();
        const edges = [...cuts.map((cut) => Math.min(cut, text.length)), 0, text.length].sort(
          (a, b) => a - b,
        );
        for (let i = 1; i < edges.length; i++) {
          map.feed(text.subarray(edges[i - 1], edges[i]), i);
          if (i % 2 === 0) map.advance(i);
        }
        map.advance(edges.length);
        const expected = new Array<string | undefined>(360);
        for (const [i, { start, size }] of entries.entries()) {
          const evicted = new Set(expected.slice(start, start + size));
          for (let at = 0; at < expected.length; at++)
            if (evicted.has(expected[at])) expected[at] = undefined;
          expected.fill(`f${i}`, start, start + size);
        }
        expect(Array.from(expected, (_, at) => nameAt(map, at))).toEqual(Array.from(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('puts lines in effect by date, and looks ahead for code that ran before its line was seen', () => {
    const map = new PerfMap();
    map.feed(Buffer.from('1000 10 old\n'), 50);
    map.feed(Buffer.from('1008 10 new\n3000 10 later\n'), 100);
    expect(nameAt(map, 0x1000)).toBe('old');
    expect(map.advance(99)).toBe(true);
    expect([0x1000, 0x100f, 0x1010, 0x3000].map((address) => nameAt(map, address))).toEqual([
      'old',
      'old',
      'new',
      'later',
    ]);
    expect(map.nextDate).toBe(100);
    map.advance(100);
    expect([0x1000, 0x100f].map((address) => nameAt(map, address))).toEqual([undefined, 'new']);
  });

  it('waits for the rest of a line that is being written', () => {
    const map = new PerfMap();
    map.feed(Buffer.from('1000 10 na'), 1);
    map.advance(1);
    expect(nameAt(map, 0x1000)).toBeUndefined();
    map.feed(Buffer.from('me\n'), 2);
    map.advance(2);
    expect(nameAt(map, 0x1000)).toBe('name');
  });

  it('leaves out lines that are none', () => {
    const map = mapOf(
      '\nnonsense\n1000\n1000 10\nxyz 10 a\n1000 0 a\n ffff\nffffffffffffffff 10 a\n2000 10 good\n-1 5 a\n',
    );
    expect(nameAt(map, 0x1000)).toBeUndefined();
    expect(nameAt(map, 0x2000)).toBe('good');
  });

  it('forgets the names of code that is gone', () => {
    const map = new PerfMap();
    const name = 'x'.repeat(1000);
    for (let round = 0; round < 40; round++) {
      map.feed(
        Buffer.from(`${`1000 10 ${name}
`.repeat(500)}2000 10 last${round}
`),
        round,
      );
      map.advance(round);
    }
    expect(map.compactions).toBeGreaterThan(0);
    expect(nameAt(map, 0x2000)).toBe('last39');
    expect(nameAt(map, 0x1000)).toBe(name);
  });

  it('is not slowed by entries that cover everything', () => {
    const huge = Array.from({ length: 20_000 }, (_, i) => `${i.toString(16)} fffffffffff ${i}\n`).join('');
    const map = mapOf(huge);
    expect(nameAt(map, 30_000)).toBe('19999');
    expect(nameAt(map, 100)).toBeUndefined();
  });
});

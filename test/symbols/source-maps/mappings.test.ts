import { SourceMap as NodeSourceMap } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Malformed } from '../../../src/profile/malformed.js';
import { findSegments } from '../../../src/symbols/source-maps/mappings.js';
import { SourceMap } from '../../../src/symbols/source-maps/source-map.js';
import { encodeMappings, type PlainSegment } from './write-map.js';

const NAMES = ['a', 'b', 'c'];
const SOURCES = ['one.ts', 'two.ts'];

/** A line of segments at rising columns, about a third of them without a source or a name. */
const line = fc
  .array(fc.tuple(fc.nat(4), fc.nat(2), fc.nat(40_000), fc.nat(70_000), fc.nat(4)), { maxLength: 12 })
  .map((rows) => {
    let column = -1;
    return rows.map(([gap, source, originalLine, originalColumn, name]): PlainSegment => {
      column += gap + 1;
      if (source >= SOURCES.length) return [column];
      const place = [column, source, originalLine, originalColumn] as const;
      return name < NAMES.length ? [...place, name] : place;
    });
  });

test("says of every place what Node's own reader says", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const map = { version: 3, sources: SOURCES, names: NAMES, mappings: encodeMappings(lines) };
      // Node reads over the end of a last segment without a source.
      const ended = `${map.mappings};`;
      const node = new NodeSourceMap({
        ...map,
        mappings: ended,
        file: 'x.js',
        sourceRoot: '',
        sourcesContent: [],
      });
      const positions = lines.flatMap((_, at) =>
        Array.from({ length: 64 }, (_, column) => ({ line: at, column })),
      );
      const found = SourceMap.parse(JSON.stringify(map)).find(positions);
      for (const [i, position] of positions.entries()) {
        // Node goes on to the line before where a line has nothing in front of a place; we do not.
        const entry = node.findEntry(position.line, position.column);
        const isOfLine = 'generatedLine' in entry && entry.generatedLine === position.line;
        const hasSource = isOfLine && typeof entry.originalSource === 'string';
        expect(found[i] === undefined, JSON.stringify(position)).toBe(!hasSource);
        if (!hasSource) continue;
        expect(found[i]).toMatchObject({ source: entry.originalSource, line: entry.originalLine });
        expect(found[i]?.column).toBe(entry.originalColumn);
      }
    }),
  );
});

describe('findSegments', () => {
  const lengths = { sources: 2, names: 3 };
  const at = (mappings: string, column: number) => findSegments(mappings, [{ line: 0, column }], lengths)[0];

  it('takes the last segment at or before a place, on its own line', () => {
    const mappings = encodeMappings([
      [[0, 0, 0, 0]],
      [
        [4, 1, 7, 2, 1],
        [9, 0, 1, 1],
      ],
    ]);
    const places = [3, 4, 8, 9, 100].map((column) => ({ line: 1, column }));
    const found = findSegments(mappings, places, lengths);
    expect(found.map((segment) => segment?.line)).toEqual([undefined, 7, 7, 1, 1]);
    expect(found[1]).toEqual({ generatedColumn: 4, source: 1, line: 7, column: 2, name: 1 });
    expect(findSegments(mappings, [{ line: 2, column: 0 }], lengths)).toEqual([undefined]);
  });

  it('takes segments that are not in order', () => {
    const mappings = encodeMappings([
      [
        [20, 0, 2, 0],
        [5, 0, 1, 0],
        [30, 0, 3, 0],
      ],
    ]);
    expect([4, 6, 19, 21, 30].map((column) => at(mappings, column)?.line)).toEqual([undefined, 1, 1, 2, 3]);
  });

  it('takes the first of several at one column, with the name that any of them has', () => {
    const mappings = encodeMappings([
      [
        [3, 0, 1, 5],
        [3, 0, 1, 6, 2],
      ],
    ]);
    expect(at(mappings, 3)).toMatchObject({ column: 5, name: 2 });
  });

  it.each([
    ['AAA', 'too few fields'],
    ['AAAAAA', 'too many'],
    ['AEAA', 'a source that is not there'],
    ['AAAAG', 'a name that is not there'],
    ['D', 'a negative column'],
    ['A!', 'no digit'],
    ['gggggggB', 'more than 32 bits'],
    ['g', 'no end'],
    ['é', 'not ASCII'],
  ])('refuses %s: %s', (mappings) => {
    expect(() => at(mappings, 0)).toThrow(Malformed);
  });
});

describe('index maps', () => {
  const part = (source: string) => ({
    version: 3,
    sources: [source],
    names: [],
    mappings: encodeMappings([
      [
        [0, 0, 10, 0],
        [8, 0, 11, 0],
      ],
      [[0, 0, 12, 0]],
    ]),
  });
  const sections = [
    { offset: { line: 0, column: 5 }, map: part('one.ts') },
    { offset: { line: 1, column: 3 }, map: part('two.ts') },
  ];

  it('are looked up section by section', () => {
    const places = [
      [0, 4],
      [0, 5],
      [0, 13],
      [1, 2],
      [1, 3],
      [1, 11],
      [2, 0],
    ];
    const found = SourceMap.parse(JSON.stringify({ version: 3, sections })).find(
      places.map(([line, column]) => ({ line, column })),
    );
    expect(found.map((each) => each && `${each.source}:${each.line}`)).toEqual([
      undefined,
      'one.ts:10',
      'one.ts:11',
      'one.ts:12',
      'two.ts:10',
      'two.ts:11',
      'two.ts:12',
    ]);
  });

  it('are refused when out of order', () => {
    const text = JSON.stringify({ version: 3, sections: sections.toReversed() });
    expect(() => SourceMap.parse(text)).toThrow(/not in order/);
  });
});

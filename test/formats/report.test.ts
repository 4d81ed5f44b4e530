import { describe, expect, it, test } from 'vitest';
import { select } from '../../src/analysis/selection.js';
import { summarize } from '../../src/analysis/summary.js';
import type { Format } from '../../src/formats/format.js';
import { csvField, markdownText } from '../../src/formats/report/cells.js';
import { csv } from '../../src/formats/report/csv.js';
import { markdown, markdownReport } from '../../src/formats/report/markdown.js';
import { visible } from '../../src/formats/visible-text.js';
import type { Profile } from '../../src/profile/profile.js';
import { HOSTILE_NAMES } from '../hostile-names.js';
import { profileOf } from '../profiles.js';
import { parseCsv, parseMarkdown, type Token } from './parsers.js';

function textOf(format: Format, profile: Profile): string {
  const pieces = format.write!(profile) as Iterable<Uint8Array>;
  return Buffer.concat([...pieces]).toString();
}

const PROFILE = profileOf(`
  main@/app/a.js:3:1;concat#v8 60
  main@/app/a.js:3:1;parse@/app/node_modules/lib/p.js:7:2#dependency/lib 30
  main@/app/a.js:3:1 10`);

test('CSV has every function with the numbers of the report', async () => {
  const [titles, ...rows] = await parseCsv(textOf(csv, PROFILE));
  expect(titles.join(' ')).toBe(
    'function file line column layer package self_ms total_ms self_share total_share',
  );
  const { functions } = summarize(select(PROFILE));
  expect(rows).toHaveLength(functions.length);
  rows.forEach((row, i) => {
    const { name, file, line, selfMs, totalMs, totalShare } = functions[i];
    expect(row.slice(0, 3)).toEqual([name, file ?? '', String(line ?? '')]);
    expect([row[6], row[7], row[9]].map(Number)).toEqual([selfMs, totalMs, totalShare]);
  });
  expect(rows[1]).toEqual([
    'parse',
    '/app/node_modules/lib/p.js',
    '7',
    '2',
    'dependency',
    'lib',
    '30',
    '30',
    '0.3',
    '0.3',
  ]);
});

/** Rows of cells of each table of a document. */
function tablesOf(tokens: readonly Token[]): string[][][] {
  const tables: string[][][] = [];
  tokens.forEach(({ type, content }, i) => {
    if (type === 'table_open') tables.push([]);
    if (type === 'tr_open') tables.at(-1)!.push([]);
    if (type === 'inline' && /^t[dh]_open$/.test(tokens[i - 1].type))
      tables
        .at(-1)!
        .at(-1)!
        .push(plainText(tokens[i]) ?? content);
  });
  return tables;
}

function plainText({ children }: Token): string {
  return (children ?? []).map(({ content }) => content).join('');
}

test('Markdown has the tables of the report', async () => {
  const [layers, packages, self, total] = tablesOf(await parseMarkdown(textOf(markdown, PROFILE)));
  expect(layers).toEqual([
    ['layer', 'share', 'self'],
    ['v8', '60.0 %', '60 ms'],
    ['dependency', '30.0 %', '30 ms'],
    ['application', '10.0 %', '10 ms'],
  ]);
  expect(packages[1]).toEqual(['lib', '30 ms', '30 ms']);
  expect(self[1]).toEqual(['concat', '', 'v8', '60.0 %', '60.0 %']);
  expect(total[1]).toEqual(['main', '/app/a.js:3:1', 'application', '10.0 %', '100.0 %']);
});

describe('hostile names', () => {
  const names = Object.values(HOSTILE_NAMES);
  const shortNames = names.filter((name) => name.length < 1000);

  function hostile(): Profile {
    const profile = profileOf('main 1');
    profile.info.command = shortNames.join(' ');
    profile.quality.note('HOSTILE', shortNames.join(' '), shortNames.join('\n- # '));
    names.forEach((name, i) => {
      const script = profile.scripts.intern(name);
      const func = profile.functions.intern({ name, script, mapping: 0, line: 1, column: 1 }, 8, name);
      const frame = profile.frames.intern({
        func,
        line: 0,
        column: 0,
        tier: 0,
        kind: 0,
        inlined: 0,
        addressLo: 0,
        addressHi: 0,
      });
      profile.series[0].add(i, profile.stacks.intern(0, frame), (names.length - i) * 1e6);
      profile.threads.setName(0, name);
    });
    return profile;
  }

  it('are fields of a CSV that a spreadsheet takes for text', async () => {
    const text = textOf(csv, hostile());
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
    const [titles, ...rows] = await parseCsv(text);
    expect(rows).toHaveLength(names.length + 1);
    for (const row of rows) expect(row).toHaveLength(titles.length);
    const found = new Set(rows.map(([name]) => name.replace(/^'/, '')));
    for (const name of shortNames) expect(found).toContain(visible(name));
    for (const field of rows.flatMap((row) => row.slice(0, 6))) expect(field).not.toMatch(/^\s*[=+\-@|%]/);
  });

  it('are text in Markdown: no element, link or cell more than a tame report has', async () => {
    const text = [...markdownReport(select(hostile()), 1000)].join('');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
    const tokens = await parseMarkdown(text);
    const types = new Set(
      tokens.flatMap(({ type, children }) => [type, ...(children ?? []).map((each) => each.type)]),
    );
    const tame =
      /^(heading|paragraph|table|thead|tbody|tr|th|td|bullet_list|list_item|strong)_(open|close)$|^(inline|text|text_special|softbreak)$/;
    expect([...types].filter((type) => !tame.test(type))).toEqual([]);
    for (const table of tablesOf(tokens)) {
      for (const row of table) expect(row).toHaveLength(table[0].length);
    }
    expect(tokens.filter(({ type }) => type === 'heading_open').length).toBe(7);
    const shown = new Set(tablesOf(tokens).flat(2));
    for (const name of ['<img src=x onerror=alert(1)>', '|a|[b](javascript:c)`', '__proto__', '# comment']) {
      expect(shown).toContain(name);
    }
  });
});

test.each([
  ['=cmd()', "'=cmd()"],
  ['@scope/name', "'@scope/name"],
  ['a"b', '"a""b"'],
  ['plain', 'plain'],
  [-3, '-3'],
])('%j is the CSV field %s', (value, field) => {
  expect(csvField(value)).toBe(field);
});

test('an address in Markdown is no link', () => {
  expect(markdownText('see https://example.org/a_b|c')).toBe('see https\\://example.org/a\\_b\\|c');
});

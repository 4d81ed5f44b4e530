import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COLLAPSES, HIDE_NAMES } from '../../src/analysis/view/index.js';
import { FORMATS } from '../../src/formats/index.js';
import { PALETTES } from '../../src/formats/svg/palettes.js';

const ROOT = join(import.meta.dirname, '../..');
const guide = readFileSync(join(ROOT, 'docs/formats.md'), 'utf8');

/** Below the repository, where `import 'stackscope'` finds the built package. */
const folder = join(ROOT, 'test/out/guide');

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  copyFileSync(
    join(ROOT, 'test/fixtures/cpuprofile/node-22/shapes.cpuprofile'),
    join(folder, 'recording.cpuprofile'),
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

test('the table of formats is that of the registry (node scripts/format-table.mjs writes it)', () => {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '\\<');
  const rows = FORMATS.map(({ name, title, extensions, read, write, keeps, verified }) => {
    const suffixes = extensions.map((suffix) => `\`${suffix}\``).join(' ');
    const cells = [`\`${name}\``, cell(title), suffixes, read ? 'yes' : '', write ? 'yes' : ''];
    return `| ${[...cells, cell(keeps), cell(verified)].join(' | ')} |`;
  });
  const table = /<!-- formats -->\n([\s\S]*?)\n<!-- end -->/.exec(guide)![1].split('\n');
  expect(table.slice(2)).toEqual(rows);
});

test('every group that can be hidden, every way to collapse and every palette is there', () => {
  for (const name of [...HIDE_NAMES, ...COLLAPSES, ...PALETTES]) expect(guide).toContain(name);
});

const examples = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);

test.each(examples.map((text, i) => [i, text] as const))('example %i compiles and runs', (i, text) => {
  const file = join(folder, `example-${i}.ts`);
  writeFileSync(file, text);
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = [
    '--strict',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--skipLibCheck',
  ];
  const compiled = spawnSync(process.execPath, [compiler, ...options, '--ignoreConfig', file], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(compiled.stdout + compiled.stderr).toBe('');
  const run = spawnSync(process.execPath, [file.replace('.ts', '.js')], { cwd: folder, encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(i === 0 ? readFileSync(join(folder, 'recording.svg'), 'utf8') : run.stdout).toMatch(
    [/<svg [\s\S]*My server/, /^v8 \d+ \w+/, /^stackscope true true everything/][i],
  );
});

test('the examples are all there', () => {
  expect(examples).toHaveLength(3);
});

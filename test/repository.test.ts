import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/**
 * Who may import whom, by top folder of src/. `perf-data` is the one format that reads symbols; `report` holds those
 * that write what the analysis makes of a profile.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  profile: [],
  'own-files.ts': [],
  symbols: ['profile', 'own-files.ts'],
  formats: ['profile'],
  'formats/perf-data': ['profile', 'symbols', 'formats'],
  'formats/report': ['profile', 'formats', 'analysis'],
  analysis: ['profile'],
  viewer: ['profile', 'analysis', 'formats', 'formats/report'],
  capture: ['own-files.ts', 'profile', 'symbols', 'formats', 'formats/perf-data'],
  agent: [],
  cli: [
    'own-files.ts',
    'profile',
    'symbols',
    'formats',
    'formats/perf-data',
    'formats/report',
    'analysis',
    'capture',
    'agent',
  ],
  self: ['profile', 'symbols', 'formats', 'capture', 'agent', 'cli'],
  library: ['profile', 'analysis', 'capture', 'cli'],
  'index.ts': ['library', 'profile', 'symbols', 'formats', 'analysis', 'capture', 'cli'],
};

/** Folders whose code also runs in a browser: nothing of Node in them. */
const BROWSER_TOO = ['profile', 'analysis', 'formats', 'formats/report', 'viewer'];

/** The registry of formats names all of them; the perf.data reader is loaded on demand, where there is one. */
const LAZY_IMPORTS = new Set([
  'src/formats/index.ts -> formats/perf-data',
  'src/formats/index.ts -> formats/report',
]);

function files(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => pattern.test(path) && statSync(join(ROOT, path)).isFile());
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const matches = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+|\brequire\(\s*)['"]([^'"]+)['"]/g);
  return [...matches].map((match) => match[1]);
}

function partOf(path: string): string {
  const [first, second] = relative('src', path).replace(/\.js$/, '.ts').split('/');
  return first === 'formats' && ['perf-data', 'report'].includes(second) ? `formats/${second}` : first;
}

const sources = files('src', /\.[cm]?tsx?$/);

describe('who imports whom', () => {
  it.each(sources)('%s keeps to the table', (path) => {
    const part = partOf(path);
    const allowed = MAY_IMPORT[part];
    expect(allowed, `src/${part} is not in the table`).toBeDefined();
    const wrong = importsOf(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => partOf(join(dirname(path), name)))
      .filter((target) => target !== part && !allowed.includes(target))
      .filter((target) => !LAZY_IMPORTS.has(`${path} -> ${target}`));
    expect(wrong).toEqual([]);
  });

  const browser = sources.filter((path) => BROWSER_TOO.includes(partOf(path)));
  it.each(browser)('%s has nothing of Node', (path) => {
    expect(importsOf(path).filter((name) => name.startsWith('node:'))).toEqual([]);
  });

  const agent = sources.filter((path) => partOf(path) === 'agent');
  it.each(agent)('%s has no dependency', (path) => {
    expect(importsOf(path).filter((name) => !name.startsWith('node:') && !name.startsWith('.'))).toEqual([]);
  });

  const inProgram = sources.filter((path) => partOf(path) === 'self' && path.endsWith('.cts'));
  it.each(inProgram)('%s loads into the program what the agent may, and types', (path) => {
    const allowed = /^node:|^\.\/[\w-]+\.cjs$|^\.\.\/agent\/|^\.\/protocol\.js$/;
    expect(importsOf(path).filter((name) => !allowed.test(name))).toEqual([]);
    expect(inProgram.length).toBeGreaterThan(2);
  });
});

describe('the papers', () => {
  const papers = [
    ...files('.', /^[A-Z]+\.md$/).filter((path) => !path.includes('/')),
    ...files('docs', /\.md$/),
  ];

  it.each(papers)('%s names only paths that exist', (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const named = [...text.matchAll(/`((?:src|docs|demos|scripts|bench|test)\/[\w./-]*\w\/?)`/g)].map(
      (match) => match[1],
    );
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(path), link)))).toEqual([]);
  });

  it('docs/errors.md lists exactly the codes in the sources', () => {
    const thrown = new Set<string>();
    for (const path of sources) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      // Given to UserError, to Quality.note, to a function that makes one of them, or in a note's own `code`.
      for (const match of text.matchAll(
        /(?:\(\s*|\bcode: )'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)',|new UserError\(\s*'([A-Z]+)'/g,
      )) {
        thrown.add(match[1] ?? match[2]);
      }
    }
    const listed = [
      ...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/^\| `([A-Z0-9_]+)`/gm),
    ].map((match) => match[1]);
    // RECORDING_CUT is both: a failure of record, a note in what it kept.
    expect([...new Set(listed)].toSorted()).toEqual([...thrown].toSorted());
    expect(thrown.size).toBeGreaterThan(10);
  });
});

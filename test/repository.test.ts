import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Who may import whom, by top folder of src/. `perf-data` is the one format that reads symbols. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  profile: [],
  symbols: ['profile'],
  formats: ['profile'],
  'formats/perf-data': ['profile', 'symbols', 'formats'],
  analysis: ['profile'],
  viewer: ['profile', 'analysis', 'formats'],
  capture: ['profile', 'symbols', 'formats', 'formats/perf-data'],
  agent: [],
  cli: ['profile', 'symbols', 'formats', 'formats/perf-data', 'analysis', 'capture', 'agent'],
  'index.ts': ['profile', 'symbols', 'formats', 'analysis', 'capture', 'cli'],
};

/** Folders whose code also runs in a browser: nothing of Node in them. */
const BROWSER_TOO = ['profile', 'analysis', 'formats', 'viewer'];

/** The registry of formats loads the perf.data reader on demand, where there is one. */
const LAZY_IMPORTS = new Set(['src/formats/index.ts -> formats/perf-data']);

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
  const [first, second] = relative('src', path).split('/');
  return first === 'formats' && second === 'perf-data' ? 'formats/perf-data' : first;
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

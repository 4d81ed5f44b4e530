import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/summary.js';
import { bundleProgram } from '../bundle.js';
import { record, scratchDirectory, stackscope } from './stackscope.js';

const scratch = scratchDirectory();
afterAll(() => scratch.remove());
const RUN_MS = '1000';

function newProgram(name: string, options?: readonly string[]): { directory: string; bundle: string } {
  const directory = join(realpathSync(scratch.path), name);
  mkdirSync(directory);
  return { directory, bundle: bundleProgram(directory, options) };
}

/** `name file:line:column layer package` of what ran for a visible time, files from `directory` on, by name. */
function places({ functions }: Summary, directory: string): string[] {
  return functions
    .filter(({ layer, totalShare }) => /^(?:application|dependency)$/.test(layer) && totalShare > 0.01)
    .filter(({ name }) => name !== '(top level)')
    .map(({ name, file, line, column, layer, package: of }) => {
      return `${name} ${file?.replace(`${directory}/`, '')}:${line}:${column} ${layer} ${of ?? ''}`.trim();
    })
    .toSorted();
}

/** The program's functions as they stand in test/programs/bundled; columns are where their names or they begin. */
const ORIGINAL = [
  'Collatz src/numbers.ts:20:3 application',
  'countPrimes src/numbers.ts:6:17 application',
  'exports.sumOfSquares node_modules/tiny-dep/lib/index.js:4:24 dependency tiny-dep',
  'get doubled src/numbers.ts:38:7 application',
  'isPrime src/numbers.ts:12:18 application',
  'length src/numbers.ts:24:3 application',
  'longestChain src/main.ts:4:22 application',
  'main src/main.ts:14:16 application',
  'make src/numbers.ts:44:16 application',
  '#spin src/numbers.ts:32:3 application',
].toSorted();

describe.each(['20', '26'] as const)('Node %s', (node) => {
  it.each(['perf', 'v8'] as const)('%s: a minified bundle reads as it was written', async (engine) => {
    const { directory, bundle } = newProgram(`${engine}-${node}`);
    expect(readFileSync(bundle, 'utf8').trim().split('\n')).toHaveLength(2);
    const { file, summary } = await record(directory, node, engine, [bundle, RUN_MS]);
    const found = places(summary, directory);
    // Optimised code may have taken small functions into their callers, where perf does not see them.
    const seldom = /^(?:countPrimes|isPrime|length|#spin|longestChain|main) /;
    expect(found).toEqual(expect.arrayContaining(ORIGINAL.filter((place) => !seldom.test(place))));
    expect(ORIGINAL).toEqual(expect.arrayContaining(found));
    expect(summary.packages).toEqual(
      expect.arrayContaining([expect.objectContaining({ package: 'tiny-dep' })]),
    );
    expect(summary.quality.notes.filter(({ code }) => code.startsWith('SOURCE_MAP'))).toEqual([]);

    rmSync(join(directory, 'dist'), { recursive: true });
    rmSync(join(directory, 'src'), { recursive: true });
    const carried = await stackscope(['report', file, '--json']);
    expect(JSON.parse(carried.stdout)).toEqual(summary);
    const folded = await stackscope(['convert', file, '-f', 'folded', '-o', '-']);
    expect(folded.stdout).toContain(`make ${directory}/src/numbers.ts:44:16`);
    expect(folded.stdout).toContain(`node_modules/tiny-dep/lib/index.js:4:24`);
  });
});

it('--no-source-maps shows the bundle as it ran', async () => {
  const { directory, bundle } = newProgram('generated');
  const { summary } = await record(directory, '20', 'v8', [bundle, RUN_MS], ['--no-source-maps']);
  const files = summary.functions.filter(({ layer }) => layer === 'application').map(({ file }) => file);
  expect(new Set(files)).toEqual(new Set([bundle]));
});

it('an ES module with its map inside, not minified', async () => {
  const { directory, bundle } = newProgram('inline', [
    '--format=esm',
    '--sourcemap=inline',
    '--outfile=dist/bundle.mjs',
  ]);
  const module = bundle.replace(/cjs$/, 'mjs');
  const { summary } = await record(directory, '24', 'v8', [module, RUN_MS]);
  expect(places(summary, directory)).toEqual(
    expect.arrayContaining([
      'Collatz src/numbers.ts:20:3 application',
      'length src/numbers.ts:24:3 application',
    ]),
  );
});

it('says why, when the map is gone', async () => {
  const { directory, bundle } = newProgram('gone');
  rmSync(`${bundle}.map`);
  const { summary } = await record(directory, '22', 'v8', [bundle, '300']);
  expect(summary.quality.notes).toContainEqual({
    code: 'SOURCE_MAP_MISSING',
    message: `Functions of ${bundle} are shown as they ran, not as they were written: its source map ${bundle}.map is not there.`,
    cure: 'Keep the .map files beside the scripts where the program runs.',
  });
});

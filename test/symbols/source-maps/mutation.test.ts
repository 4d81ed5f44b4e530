import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { validate } from '../../../src/profile/validate.js';
import { applySourceMaps } from '../../../src/symbols/source-maps/index.js';
import { withinBounds } from '../../bounds.js';
import { bundleProgram } from '../../bundle.js';
import { profileOf } from '../../profiles.js';
import { randomNumbers, SEED } from '../../random.js';

const MUTANTS = 2_000;

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'stackscope-test-')));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const script = bundleProgram(directory);
const text = readFileSync(script, 'utf8');
const map = readFileSync(`${script}.map`, 'utf8');
const mappingsAt = map.indexOf('"mappings"') + 12;

/** A function at every opening parenthesis behind a word: as many places as the bundle may be asked for. */
const functions = [...text.matchAll(/([\w$]+)\(/g)]
  .map(({ index, 1: word }) => `${word}@${script}:1:${index + word.length + 1}`)
  .slice(0, 40);

const ODD = [
  'null',
  '-1',
  '1e99',
  '""',
  '[]',
  '{}',
  '"\\u0000"',
  '"__proto__"',
  '"../../../../etc/passwd"',
  '"file:///x"',
];
const CHARACTERS = 'ABCDEz09+/gh;,"[]{}:%\\é\u0000';

/** One to four changes: characters, values, pieces cut out or doubled; half of them in the mappings. */
function mutate(original: string, random: (below: number) => number): string {
  let mutant = original;
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const from = random(2) === 0 ? 0 : mappingsAt;
    const at = Math.min(mutant.length, from + random(Math.max(1, mutant.length - from)));
    const end = at + random(64);
    const kind = random(6);
    if (kind === 0) mutant = mutant.slice(0, at) + mutant.slice(end);
    else if (kind === 1) mutant = mutant.slice(0, end) + mutant.slice(at);
    else if (kind === 2)
      mutant = mutant.replace(/:\s*("[^"]{0,80}"|\d+|\[[^\]]{0,200}\])/, `:${ODD[random(ODD.length)]}`);
    else if (kind === 3) mutant = mutant.replace(/"[^"]{0,40}"(?=[,\]])/, ODD[random(ODD.length)]);
    else mutant = mutant.slice(0, at) + CHARACTERS[random(CHARACTERS.length)] + mutant.slice(at + 1);
  }
  return mutant;
}

test('mutants of a map give valid profiles, and notes where they are broken', async () => {
  const random = randomNumbers(SEED);
  const outcomes = new Map<string, number>();
  for (let i = 0; i < MUTANTS; i++) {
    writeFileSync(`${script}.map`, mutate(map, random));
    const profile = profileOf(`${functions.join(';')} 10`);
    await withinBounds(`seed ${SEED}, mutant ${i}`, async () =>
      applySourceMaps(profile, { roots: [directory] }),
    );
    validate(profile);
    const outcome = profile.quality.notes[0]?.code ?? (profile.generated.length > 0 ? 'applied' : 'nothing');
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(outcomes.get('applied')).toBeGreaterThan(MUTANTS / 20);
  expect(outcomes.get('SOURCE_MAP_BROKEN')).toBeGreaterThan(MUTANTS / 3);
  expect(
    [...outcomes.keys()].filter((code) => !/^(?:applied|SOURCE_MAP_(?:BROKEN|MISMATCH))$/.test(code)),
  ).toEqual([]);
});

test('mutants of the script likewise', async () => {
  writeFileSync(`${script}.map`, map);
  const random = randomNumbers(SEED + 1);
  for (let i = 0; i < MUTANTS / 4; i++) {
    writeFileSync(script, mutate(text, random));
    const profile = profileOf(`${functions.join(';')} 10`);
    await withinBounds(`seed ${SEED}, mutant ${i}`, async () =>
      applySourceMaps(profile, { roots: [directory] }),
    );
    validate(profile);
  }
});

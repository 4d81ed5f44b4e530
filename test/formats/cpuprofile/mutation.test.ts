import { expect, it } from 'vitest';
import { UserError } from '../../../src/profile/errors.js';
import { validate } from '../../../src/profile/validate.js';
import { withinBounds } from '../../bounds.js';
import { randomNumbers, SEED } from '../../random.js';
import { fixture, readText } from './bytes.js';

const MUTANTS = 1500;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const VALUES: Json[] = [
  null,
  -1,
  0,
  1,
  2,
  255,
  1.5,
  2 ** 32,
  2 ** 53,
  1e308,
  -1e308,
  '',
  'x',
  '__proto__',
  [],
  {},
  [1],
  true,
];

/** Changes one value somewhere in the tree. */
function mutateValue(root: Json, next: (below: number) => number): Json {
  const copy = structuredClone(root);
  let at: Json = copy;
  for (;;) {
    const keys = Object.keys(at as object);
    const key = keys[next(keys.length)];
    if (key === undefined) return copy;
    const owner = at as Record<string, Json>;
    const value: Json = owner[key];
    if (typeof value !== 'object' || value === null || next(10) === 0) {
      if (next(7) === 0) delete owner[key];
      else owner[key] = VALUES[next(VALUES.length)];
      return copy;
    }
    at = value;
  }
}

/** Changes one character, cuts the text, or doubles a part of it. */
function mutateText(text: string, next: (below: number) => number): string {
  const at = next(text.length);
  const kind = next(10);
  if (kind < 2) return text.slice(0, at);
  if (kind < 4) return text.slice(0, at) + text.slice(next(text.length));
  return text.slice(0, at) + '0123456789-.,:{}[]"e'[next(20)] + text.slice(at + 1);
}

it.each([20, 22, 24, 26])('mutants of a profile of Node %i are refused plainly or read', async (node) => {
  const next = randomNumbers(SEED * 100 + node);
  const text = fixture(node);
  const json = JSON.parse(text) as Json;
  let refused = 0;
  for (let i = 0; i < MUTANTS; i++) {
    const mutant = i % 2 === 0 ? JSON.stringify(mutateValue(json, next)) : mutateText(text, next);
    try {
      validate(await withinBounds(`seed ${SEED}, mutant ${i}`, () => readText(mutant)));
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`mutant ${i}: ${mutant}`, { cause: error });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(MUTANTS / 10);
  expect(refused).toBeLessThan(MUTANTS);
});

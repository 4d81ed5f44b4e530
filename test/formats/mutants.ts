import { expect } from 'vitest';
import type { Format } from '../../src/formats/format.js';
import { UserError } from '../../src/profile/errors.js';
import { withinBounds } from '../bounds.js';
import { randomNumbers, SEED } from '../random.js';
import { readBytes } from './check-recording.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const VALUES: Json[] = [
  ...[null, true, -1, 0, 1, 2, 255, 1.5, 2 ** 32, 2 ** 53, 1e308, -1e308],
  ...['', 'x', '-1', '__proto__', [], {}, [1], [null], [[0]]],
];

/** Reads mutants of a JSON text: each is refused plainly or a profile that is valid, in bounded time and memory. */
export async function checkMutants(format: Format, text: string, seed: number, count: number): Promise<void> {
  const next = randomNumbers(SEED * 100 + seed);
  const json = JSON.parse(text) as Json;
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const mutant = i % 2 === 0 ? JSON.stringify(mutateValue(json, next)) : mutateText(text, next);
    const bytes = new TextEncoder().encode(mutant);
    try {
      await withinBounds(`seed ${SEED}, mutant ${i}`, () => readBytes(format, bytes, 'mutant', 100));
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`mutant ${i}: ${mutant}`, { cause: error });
      expect(error.message).toMatch(/^mutant: .{10,400}$/s);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(count / 20);
  expect(refused).toBeLessThan(count);
}

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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { detectFormat } from '../../../src/formats/index.js';
import { pprof } from '../../../src/formats/pprof/index.js';
import { UserError } from '../../../src/profile/errors.js';
import { withinBounds } from '../../bounds.js';
import { randomNumbers, SEED } from '../../random.js';
import { readBytes } from '../check-recording.js';

const MUTANTS = 3000;

function fixture(name: string): Uint8Array {
  const path = join(import.meta.dirname, '../../fixtures/pprof', `${name}.pb.gz`);
  return new Uint8Array(gunzipSync(readFileSync(path)));
}

/** Reads bytes; whether they were refused. Whatever else happens than a UserError is thrown. */
async function isRefused(bytes: Uint8Array, what: string): Promise<boolean> {
  try {
    await withinBounds(what, () => readBytes(pprof, bytes));
    return false;
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(what, { cause: error });
    return true;
  }
}

/** Changes, cuts out or repeats bytes somewhere. */
function mutant(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const kind = next(8);
  const at = next(bytes.length);
  if (kind === 0) return copy.subarray(0, at);
  if (kind === 1) return Uint8Array.of(...copy.subarray(0, at), ...copy.subarray(next(bytes.length)));
  if (kind === 2) copy.fill(0xff, at, at + 1 + next(10));
  else for (let i = next(3); i >= 0; i--) copy[next(bytes.length)] = next(256);
  return copy;
}

it.each(['go-1.26/cpu', 'go-1.26/heap', 'datadog-5.20/wall'])(
  'mutants of %s are refused plainly or read',
  async (name) => {
    const bytes = fixture(name);
    const next = randomNumbers(SEED * 100 + name.length);
    let refused = 0;
    for (let i = 0; i < MUTANTS; i++) {
      const changed = mutant(bytes, next);
      detectFormat(changed);
      if (await isRefused(changed, `seed ${SEED}, mutant ${i} of ${name}`)) refused++;
    }
    expect(refused).toBeGreaterThan(MUTANTS / 20);
    expect(refused).toBeLessThan(MUTANTS);
  },
);

it('cut at every byte it is refused plainly or read', async () => {
  const bytes = fixture('datadog-5.20/wall');
  for (let end = 0; end < bytes.length; end++) await isRefused(bytes.subarray(0, end), `cut at ${end}`);
});

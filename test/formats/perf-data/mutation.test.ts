import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/profile/errors.js';
import { validate } from '../../../src/profile/validate.js';
import { withinBounds } from '../../bounds.js';
import { randomNumbers, SEED } from '../../random.js';
import { fixture, linesOf, read } from './recordings.js';

const MUTANTS = 1_000;
const DATA_START = 300;

/** Numbers that break readers. */
const BAD_BYTES = [0, 1, 7, 8, 0x7f, 0x80, 0xff];

/** One to four changes: bytes, words, pieces cut out or doubled, the end cut off. */
function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = original.slice();
  const changes = 1 + random(4);
  for (let i = 0; i < changes; i++) {
    // One in four in the header, where it would stop most readers at once.
    const at = random(4) === 0 ? random(DATA_START) : DATA_START + random(bytes.length - DATA_START);
    const kind = random(6);
    if (kind <= 1) bytes[at] = random(256);
    else if (kind === 2) bytes.fill(BAD_BYTES[random(BAD_BYTES.length)], at, at + 1 + random(8));
    else if (kind === 3) bytes[at] ^= 1 << random(8);
    else {
      // A piece of up to 64 bytes goes, or one of up to 256 comes twice.
      const resume = kind === 4 ? Math.min(at + 1 + random(64), bytes.length) : Math.max(0, at - random(256));
      bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(resume)]));
    }
    if (bytes.length < DATA_START * 2) break;
  }
  return bytes;
}

describe.each(['file', 'pipe', 'compressed', 'system'])('mutants of %s', (name) => {
  it('are refused in a sentence or become a valid profile', async () => {
    const original = fixture(name);
    const random = randomNumbers(SEED * 1000 + name.charCodeAt(0));
    const outcomes = { refused: 0, noted: 0, read: 0 };
    for (let i = 0; i < MUTANTS; i++) {
      const mutant = mutate(original, random);
      try {
        const profile = await withinBounds(`seed ${SEED}, mutant ${i}`, async () => {
          const made = (await read(mutant, { seekable: random(2) === 0 })).profile;
          validate(made);
          return made;
        });
        outcomes[profile.quality.notes.length > 0 ? 'noted' : 'read']++;
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`seed ${SEED}, mutant ${i}`, { cause: error });
        outcomes.refused++;
      }
    }
    expect(outcomes.noted + outcomes.read).toBeGreaterThan(MUTANTS / 3);
    expect(outcomes.noted).toBeGreaterThan(MUTANTS / 20);
  });
});

describe('a recording cut at any byte', () => {
  const whole = fixture('tiny');

  it('keeps the samples before the cut and says where it was', async () => {
    const all = new Set(linesOf((await read(whole)).profile));
    const dataEnd =
      new DataView(whole.buffer, whole.byteOffset).getUint32(40, true) +
      new DataView(whole.buffer, whole.byteOffset).getUint32(48, true);
    let most = 0;
    for (let length = 0; length < whole.length; length++) {
      let lines: string[];
      try {
        const { profile } = await read(whole.subarray(0, length));
        validate(profile);
        lines = linesOf(profile);
        const codes = profile.quality.notes.map(({ code }) => code);
        expect(codes).toEqual(length < dataEnd ? ['PERF_DATA_CUT'] : []);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.message).toMatch(/header|PERFILE2/);
        expect(length).toBeLessThan(DATA_START);
        continue;
      }
      // perf's own order: what is missing is what comes after the cut.
      expect(lines.length).toBeGreaterThanOrEqual(most);
      most = lines.length;
      for (const line of lines) if (!all.has(line)) expect.fail(`cut at ${length}: ${line}`);
    }
    expect(most).toBe(all.size);
  });
});

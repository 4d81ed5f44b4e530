import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bpftrace } from '../../../src/formats/bpftrace/index.js';
import { dtrace } from '../../../src/formats/dtrace/index.js';
import { folded } from '../../../src/formats/folded/index.js';
import { perfScript } from '../../../src/formats/perf-script/index.js';
import { UserError } from '../../../src/profile/errors.js';
import { withinBounds } from '../../bounds.js';
import { randomNumbers, SEED } from '../../random.js';
import { readBytes } from '../check-recording.js';

const MUTANTS = 400;
/** Of a recording: enough to have all that a format has. */
const LENGTH = 24_000;

/** What these formats are made of, to be put anywhere. */
const PIECES = [
  '\n',
  '\n\n',
  '\r\n',
  '\t',
  ' ',
  ';',
  ': ',
  '0x',
  'ffffffffffffffff',
  '99999999999999999999',
  '-1/-1',
  ' (inlined)',
  '([unknown])',
  '[unknown]',
  '_[k]',
  '@[',
  ']: 5',
  '`',
  '#',
  '\0',
  '\x1b[2J',
  '\ufffd',
  '(((((((',
  '))))',
  'JS:*',
  '184467440737.095516:',
];

const RECORDINGS = [
  [perfScript, 'perf-script/6.1/system-fields.txt.gz'],
  [perfScript, 'perf-script/6.1/titled-header.txt.gz'],
  [perfScript, 'perf-script/6.1/flat.txt.gz'],
  [dtrace, 'dtrace/macos-10.10/fibonacci.resolved.txt.gz'],
  [bpftrace, 'bpftrace/0.17/map-keys.txt.gz'],
  [bpftrace, 'bpftrace/0.17/printed.txt.gz'],
  [folded, 'folded/stackcollapse-perf/titled-all.folded.gz'],
] as const;

describe.each(RECORDINGS)('mutants of $name: %s', (format, path) => {
  it('are refused in a sentence or become a valid profile', async () => {
    const file = readFileSync(join(import.meta.dirname, '../../fixtures', path));
    const original = new Uint8Array(gunzipSync(file).subarray(0, LENGTH));
    const random = randomNumbers(SEED * 1000 + path.length);
    let read = 0;
    for (let i = 0; i < MUTANTS; i++) {
      const mutant = mutate(original, random);
      try {
        await withinBounds(`seed ${SEED}, mutant ${i}`, () =>
          readBytes(format, mutant, 'mutant', 1 + random(5_000)),
        );
        read++;
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`seed ${SEED}, mutant ${i}`, { cause: error });
      }
    }
    expect(read).toBeGreaterThan(MUTANTS / 2);
  });
});

/** One to eight changes: a byte, a piece put in, a piece cut out or doubled, the end cut off. */
function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Buffer.from(original);
  for (let i = 1 + random(8); i > 0; i--) {
    const at = random(bytes.length);
    const kind = random(6);
    if (kind === 0) bytes[at] = random(256);
    else if (kind <= 2) bytes = spliced(bytes, at, at, Buffer.from(PIECES[random(PIECES.length)]));
    else if (kind === 3)
      bytes = spliced(bytes, at, Math.min(at + random(200), bytes.length), Buffer.alloc(0));
    else if (kind === 4) bytes = spliced(bytes, at, at, bytes.subarray(at, at + random(400)));
    else if (random(8) === 0) bytes = bytes.subarray(0, Math.max(at, 500));
  }
  return new Uint8Array(bytes);
}

function spliced(bytes: Buffer, from: number, to: number, piece: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]);
}

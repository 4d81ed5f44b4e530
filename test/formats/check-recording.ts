import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { nodeCodec } from '../../src/cli/codec.js';
import type { Format, Source } from '../../src/formats/format.js';
import { detectFormat, HEAD_LENGTH } from '../../src/formats/index.js';
import { stackscope } from '../../src/formats/stackscope.js';
import { Profile } from '../../src/profile/profile.js';
import { validate } from '../../src/profile/validate.js';
import { plain } from '../profile/plain-profile.js';
import { profileText } from './profile-text.js';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/**
 * Asserts what holds for every recording we read, and returns what was read: what it holds, told as text, is what
 * `PATH.content.txt` beside it says; another name, other pieces and having no random access change nothing; a
 * .stackscope of it reads back equal; writing that once more gives the same bytes. `path` is below test/fixtures; a
 * .gz is unpacked first.
 */
export async function checkRecording(path: string, format: Format): Promise<Profile> {
  const file = join(FIXTURES, path);
  const stored = readFileSync(file);
  const bytes = new Uint8Array(path.endsWith('.gz') ? gunzipSync(stored) : stored);
  expect(detectFormat(bytes.subarray(0, HEAD_LENGTH))?.name, 'its format by its content').toBe(format.name);
  const profile = await readBytes(format, bytes, path);
  await expect(profileText(profile)).toMatchFileSnapshot(join(dirname(file), `${nameOf(path)}.content.txt`));

  const renamed = await readBytes(format, bytes, 'another.name', 7919);
  expect(plain(renamed), 'read under another name and in other pieces').toEqual(plain(profile));

  const exported = await written(stackscope, profile);
  const imported = await readBytes(stackscope, exported, 'exported');
  expect(plain(imported), 'read back from a .stackscope').toEqual(plain(profile));
  const again = await written(stackscope, imported);
  expect(Buffer.compare(again, exported), 'a .stackscope written again').toBe(0);
  return profile;
}

/** Reads and validates; without `pieceBytes` it is in one piece and can be read at random, else it is a stream. */
export async function readBytes(
  format: Format,
  bytes: Uint8Array,
  name = 'test',
  pieceBytes?: number,
): Promise<Profile> {
  const profile = new Profile();
  await format.read!(sourceOf(bytes, name, pieceBytes), profile, { codec: nodeCodec });
  validate(profile);
  return profile;
}

/** All bytes of `profile` in `format`. */
export async function written(format: Format, profile: Profile): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of format.write!(profile, { codec: nodeCodec })) pieces.push(new Uint8Array(piece));
  return new Uint8Array(Buffer.concat(pieces));
}

/** Pieces come in one buffer, used again for each, as files give them. */
export function sourceOf(bytes: Uint8Array, name = 'test', pieceBytes?: number): Source {
  const step = pieceBytes ?? Math.max(1, bytes.length);
  return {
    name,
    size: pieceBytes === undefined ? bytes.length : undefined,
    async *chunks() {
      const buffer = new Uint8Array(step);
      for (let at = 0; at < bytes.length; at += step) {
        const piece = bytes.subarray(at, at + step);
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
      }
    },
    ...(pieceBytes === undefined && {
      read: async (offset: number, length: number) => bytes.slice(offset, offset + length),
    }),
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.gz$/, '');
}

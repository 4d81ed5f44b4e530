import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../src/cli/codec.js';
import { stackscope } from '../../src/formats/stackscope.js';
import { Profile } from '../../src/profile/profile.js';
import { generatedProfile } from '../profile/generated-profile.js';
import { plain } from '../profile/plain-profile.js';

async function writtenPieces(profile: Profile): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stackscope.write?.(profile, { codec: nodeCodec }) ?? []) pieces.push(piece);
  return pieces;
}

test('a stream that cannot be read at random gives the same profile, and the writer keeps its samples', async () => {
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      const pieces = await writtenPieces(profile);
      const read = new Profile();
      const chunks = async function* () {
        yield* pieces;
      };
      await stackscope.read?.({ name: '-', size: undefined, chunks }, read, { codec: nodeCodec });
      expect(plain(read)).toEqual(plain(profile));
    }),
    { numRuns: 30 },
  );
});

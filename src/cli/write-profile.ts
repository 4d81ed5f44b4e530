import type { WriteOptions } from '../formats/format.js';
import { FORMATS } from '../formats/index.js';
import { UserError } from '../profile/errors.js';
import type { Profile } from '../profile/profile.js';
import { nodeCodec } from './codec.js';
import { EXIT } from './exit-codes.js';

/**
 * A profile as a file of the format of that name (`cpuprofile`, `svg` …), its bytes in pieces as they are asked for.
 * The samples must be in memory.
 * @throws UserError when there is no such format, or it is only read
 */
export async function* writeProfile(
  profile: Profile,
  format: string,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const named = FORMATS.find(({ name, write }) => name === format && write !== undefined);
  if (named === undefined) {
    const names = FORMATS.flatMap(({ name, write }) => (write === undefined ? [] : [name])).join(', ');
    throw new UserError(
      'USAGE',
      `there is no format '${format}' to write: choose one of ${names}.`,
      EXIT.usage,
    );
  }
  yield* named.write!(profile, { codec: nodeCodec, ...options });
}

import type { Format, ReadOptions } from '../formats/format.js';
import { detectFormat, FORMATS } from '../formats/index.js';
import { UserError } from '../profile/errors.js';
import { Profile } from '../profile/profile.js';
import { nodeCodec } from './codec.js';
import { type OpenSource, openSource } from './source.js';

/**
 * Reads a recording of any format, told by its content; `-` is standard input.
 * @throws UserError when it cannot be opened, is of no known format or is damaged
 */
export async function openProfile(path: string, options: ReadOptions = {}): Promise<Profile> {
  const source = await openSource(path);
  try {
    const profile = new Profile();
    await formatOf(source).read(source, profile, { codec: nodeCodec, ...options });
    return profile;
  } finally {
    await source.close();
  }
}

/** The format of an open source. */
export function formatOf({ name, head }: OpenSource): Format & Required<Pick<Format, 'read'>> {
  const format = detectFormat(head);
  if (format?.read !== undefined) return { ...format, read: format.read };
  const known = FORMATS.flatMap(({ read, title }) => (read === undefined ? [] : [title]));
  throw new UserError(
    'FORMAT_UNKNOWN',
    `${name} is nothing that stackscope reads: it reads ${known.join(', ')}.`,
  );
}

import type { Format, ReadOptions } from '../formats/format.js';
import { detectFormat, FORMATS } from '../formats/index.js';
import { UserError } from '../profile/errors.js';
import { Profile } from '../profile/profile.js';
import { nodeCodec } from './codec.js';
import { EXIT } from './exit-codes.js';
import { kindOfFile } from './kind-of-file.js';
import { type OpenSource, openSource } from './source.js';

type Readable = Format & Required<Pick<Format, 'read'>>;

export interface OpenOptions extends ReadOptions {
  /** Name of the format to read it as; told by its content otherwise. */
  readonly from?: string;
}

/**
 * Reads a recording of any format, told by its content; `-` is standard input.
 * @throws UserError when it cannot be opened, is of no known format or is damaged
 */
export async function openProfile(path: string, { from, ...options }: OpenOptions = {}): Promise<Profile> {
  const forced = from === undefined ? undefined : readableFormat(from);
  const source = await openSource(path);
  try {
    const profile = new Profile();
    await (forced ?? formatOf(source)).read(source, profile, { codec: nodeCodec, ...options });
    return profile;
  } finally {
    await source.close();
  }
}

/**
 * The format that a person named, to be read.
 * @throws UserError when there is none of that name
 */
function readableFormat(name: string): Readable {
  const known = FORMATS.filter((format): format is Readable => format.read !== undefined);
  const named = known.find((format) => format.name === name);
  if (named !== undefined) return named;
  const names = known.map((format) => format.name).join(', ');
  throw new UserError('USAGE', `there is no format '${name}' to read: choose one of ${names}.`, EXIT.usage);
}

/** The format of an open source. */
export function formatOf({ name, head }: OpenSource): Readable {
  const format = detectFormat(head);
  if (format?.read !== undefined) return { ...format, read: format.read };
  const known = FORMATS.flatMap((each) => (each.read === undefined ? [] : [each.name]));
  throw new UserError(
    'FORMAT_UNKNOWN',
    `${name} seems to be ${kindOfFile(head)}, and is nothing that stackscope reads: that is ${known.join(', ')}; see stackscope convert --list.`,
  );
}

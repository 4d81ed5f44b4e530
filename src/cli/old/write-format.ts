import type { WriteOptions } from '../../formats/format.js';
import type { Profile } from '../../profile/profile.js';
import { writeOutput } from '../output-file.js';
import { writeProfile } from '../write-profile.js';

/** Writes a profile in the format of that name to a file, or to standard output for `-`. */
export async function writeFormat(
  name: string,
  profile: Profile,
  output: string,
  options: WriteOptions,
): Promise<void> {
  await writeOutput(output, async (write) => {
    for await (const piece of writeProfile(profile, name, options)) await write(piece);
  });
}

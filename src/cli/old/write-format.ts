import type { WriteOptions } from '../../formats/format.js';
import { FORMATS } from '../../formats/index.js';
import type { Profile } from '../../profile/profile.js';
import { nodeCodec } from '../codec.js';
import { writeOutput } from '../output-file.js';

/** Writes a profile in the format of that name to a file, or to standard output for `-`. */
export async function writeFormat(
  name: string,
  profile: Profile,
  output: string,
  options: WriteOptions,
): Promise<void> {
  const format = FORMATS.find((each) => each.name === name);
  await writeOutput(output, async (write) => {
    for await (const piece of format!.write!(profile, { codec: nodeCodec, ...options })) await write(piece);
  });
}

import { writeFileSync } from 'node:fs';
import { openProfile } from '../../src/cli/open-profile.js';
import { cpuprofile } from '../../src/formats/cpuprofile/index.js';

/** Writes a recording as a .cpuprofile of before 2016. */
export async function writeLegacy(recording: string, output: string): Promise<void> {
  const pieces: Uint8Array[] = [];
  const profile = await openProfile(recording);
  for await (const piece of cpuprofile.write!(profile, { legacy: true })) pieces.push(piece);
  writeFileSync(output, Buffer.concat(pieces));
}

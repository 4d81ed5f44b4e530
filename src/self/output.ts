import { existsSync, rmSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { nodeCodec } from '../cli/codec.js';
import { openProfile } from '../cli/open-profile.js';
import { writeOutput } from '../cli/output-file.js';
import { defaultName, writeRecording } from '../cli/recording-file.js';
import { FORMATS } from '../formats/index.js';
import type { RecordingWriter } from '../profile/file/recording-writer.js';
import type { RecorderData } from './protocol.js';

/**
 * Has `record` write a recording, and puts it into the format that the name of the file tells: `.stackscope` unless
 * it is another's that is written.
 */
export async function writeRecordingAs(
  { place, argv }: Pick<RecorderData, 'place' | 'argv'>,
  record: (sink: RecordingWriter, file: string) => Promise<void>,
): Promise<{ file: string; bytes: number }> {
  const file = isFolder(place) ? join(place, freeName(place, argv)) : place;
  const written = { bytes: 0, clear() {} };
  const other = FORMATS.find(
    ({ name, write, extensions }) =>
      name !== 'stackscope' && write && extensions.some((suffix) => file.endsWith(suffix)),
  );
  const recording = other === undefined ? file : `${file}.stackscope`;
  await writeRecording(recording, written, (sink) => record(sink, file));
  if (other === undefined) return { file, bytes: written.bytes };
  try {
    const profile = await openProfile(recording);
    await writeOutput(file, async (write) => {
      for await (const piece of other.write!(profile, { codec: nodeCodec })) await write(piece);
    });
  } finally {
    rmSync(recording, { force: true });
  }
  return { file, bytes: statSync(file).size };
}

function isFolder(place: string): boolean {
  return place.endsWith(sep) || statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The second of two recordings within a second is another file. */
function freeName(folder: string, argv: readonly string[]): string {
  const name = defaultName(['node', ...argv.slice(1)]);
  for (let count = 1; ; count++) {
    const free = count === 1 ? name : name.replace(/(?=\.stackscope$)/, `-${count}`);
    if (!existsSync(join(folder, free))) return free;
  }
}

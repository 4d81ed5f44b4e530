import { nodeCodec } from '../../../src/cli/codec.js';
import type { BlockSource } from '../../../src/profile/file/block-source.js';
import { RecordingWriter } from '../../../src/profile/file/recording-writer.js';
import type { Profile } from '../../../src/profile/profile.js';

/** A file in memory that a `RecordingWriter` writes and `readRecording` reads. */
export function memorySource(bytes: Uint8Array, name = 'a.stackscope'): BlockSource {
  return {
    name,
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** The bytes of a whole recording of `profile`. */
export async function recordingOf(profile: Profile): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec).finish(profile);
  return new Uint8Array(Buffer.concat(pieces));
}

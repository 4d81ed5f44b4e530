import { RecordingWriter } from '../../profile/file/recording-writer.js';
import { nodeCodec } from '../codec.js';
import { formatOf, openProfile } from '../open-profile.js';
import type { Write } from '../output-file.js';
import { openSource } from '../source.js';

/** A recording as the page reads it: a .stackscope file where it lies, or what was made of another format. */
export interface HeldRecording {
  readonly name: string;
  readonly size: number;
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Writes a recording of any format as a .stackscope file; one that is such a file is copied. */
export async function writeAsStackscope(file: string, write: Write): Promise<void> {
  const source = file === '-' ? undefined : await openSource(file);
  try {
    if (source !== undefined && formatOf(source).name === 'stackscope') {
      for await (const chunk of source.chunks()) await write(chunk);
      return;
    }
  } finally {
    await source?.close();
  }
  const writer = new RecordingWriter(write, nodeCodec);
  const profile = await openProfile(file, { onBatch: (partial) => writer.append(partial) });
  await writer.finish(profile);
}

/** What the server hands out. A .stackscope file stays where it is, others are converted once, in memory. */
export async function holdRecording(file: string): Promise<HeldRecording> {
  if (file !== '-') {
    const source = await openSource(file);
    const { size } = source;
    const isPlain = formatOf(source).name === 'stackscope' && size !== undefined;
    await source.close();
    if (isPlain) return { name: file, size, chunks: () => chunksOf(file) };
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  await writeAsStackscope(file, async (piece) => {
    pieces.push(piece.slice());
    size += piece.length;
  });
  return { name: file === '-' ? 'standard input' : file, size, chunks: () => pieces };
}

async function* chunksOf(file: string): AsyncIterable<Uint8Array> {
  const source = await openSource(file);
  try {
    for await (const chunk of source.chunks()) yield chunk;
  } finally {
    await source.close();
  }
}

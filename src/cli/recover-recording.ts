import { blockSource } from '../formats/stackscope.js';
import { readRecording } from '../profile/file/recording-reader.js';
import { RecordingWriter } from '../profile/file/recording-writer.js';
import type { Profile } from '../profile/profile.js';
import { nodeCodec } from './codec.js';
import { refuseSameFile, writeOutput } from './output-file.js';
import { openSource } from './source.js';
import { tell } from './terminal.js';

/** Writes a whole recording of what is whole of `input`, up to its first block that is not. */
export async function recover(input: string, options: { output?: string }): Promise<void> {
  const output = options.output ?? `${nameOf(input)}.recovered.stackscope`;
  await refuseSameFile(input, output);
  const source = await openSource(input);
  try {
    const profile = await writeOutput(output, async (write) => {
      const writer = new RecordingWriter(write, nodeCodec);
      const onBatch = (partial: Profile) => writer.append(partial);
      const read = await readRecording(await blockSource(source), nodeCodec, { recover: true, onBatch });
      await writer.finish(read);
      return read;
    });
    tellLoss(profile, output);
  } finally {
    await source.close();
  }
}

function nameOf(input: string): string {
  return input === '-' ? 'recording' : input.replace(/\.part$|\.stackscope(?:\.\d+\.part)?$/, '');
}

function tellLoss({ series, quality }: Profile, output: string): void {
  const samples = series.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  const loss = quality.notes.find(({ code }) => code === 'RECORDING_CUT');
  tell(loss?.message ?? 'The recording is whole.');
  tell(`Wrote ${samples.toLocaleString('en-US')} samples to ${output}.`);
}

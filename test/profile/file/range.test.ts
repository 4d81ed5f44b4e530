import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { BlockType } from '../../../src/profile/file/blocks.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { RecordingWriter } from '../../../src/profile/file/recording-writer.js';
import { NO_PROCESS } from '../../../src/profile/processes.js';
import { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { memorySource } from './memory-file.js';

/** Ten batches of a thousand samples, one every millisecond. Weights are random, so that blocks are large. */
async function tenSeconds(): Promise<Uint8Array> {
  const profile = new Profile();
  const process = profile.processes.add({ pid: 1, parent: NO_PROCESS, start: 0, command: 'node' });
  const series = profile.addSeries(profile.threads.add(process, 1, 'node', 0), 'v8', Unit.WallNs);
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec);
  for (let ms = 0; ms < 10_000; ms++) {
    series.add(ms * 1000, 0, Math.random());
    if (series.pending === 1000) await writer.append(profile);
  }
  await writer.finish(profile);
  return Buffer.concat(pieces);
}

test('a range has exactly its samples', async () => {
  const bytes = await tenSeconds();
  const { series } = await readRecording(memorySource(bytes), nodeCodec, { from: 2_500_000, to: 4_200_000 });
  expect(series[0].sampleCount).toBe(1700);
  expect(series[0].pending).toBe(1700);
  expect(series[0].times.data[0]).toBe(2_500_000);
  expect(series[0].times.data[1699]).toBe(4_199_000);
});

test('blocks outside of the range are not unpacked', async () => {
  const bytes = await tenSeconds();
  const blocks: BlockType[] = [];
  const onBlock = ({ type }: { type: BlockType }) => void blocks.push(type);
  await readRecording(memorySource(bytes), nodeCodec, { from: 2_500_000, to: 4_200_000, onBlock });
  expect(blocks.filter((type) => type === BlockType.Samples)).toHaveLength(3);
});

test('samples that came late are put in order', async () => {
  const profile = new Profile();
  const process = profile.processes.add({ pid: 1, parent: NO_PROCESS, start: 0, command: 'node' });
  const series = profile.addSeries(profile.threads.add(process, 1, 'node', 0), 'cpu-clock', Unit.CpuNs);
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec);
  for (const batch of [
    [30, 10],
    [20, 20, 5],
  ]) {
    for (const time of batch) series.add(time, 0, time + series.sampleCount);
    await writer.append(profile);
  }
  await writer.finish(profile);
  const source = memorySource(Buffer.concat(pieces));
  const whole = (await readRecording(source, nodeCodec)).series[0];
  expect([...whole.times.data.subarray(0, 5)]).toEqual([5, 10, 20, 20, 30]);
  expect([...whole.weights.data.subarray(0, 5)]).toEqual([9, 11, 22, 23, 30]);
  const part = (await readRecording(source, nodeCodec, { from: 10, to: 21 })).series[0];
  expect([...part.times.data.subarray(0, 3)]).toEqual([10, 20, 20]);
});

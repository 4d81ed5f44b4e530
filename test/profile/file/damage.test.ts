import { beforeAll, describe, expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { UserError } from '../../../src/profile/errors.js';
import { VERSION } from '../../../src/profile/file/blocks.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { RecordingWriter } from '../../../src/profile/file/recording-writer.js';
import { CALL_FRAME } from '../../../src/profile/frames.js';
import { Layer } from '../../../src/profile/layers.js';
import { NO_PROCESS } from '../../../src/profile/processes.js';
import { Profile } from '../../../src/profile/profile.js';
import { Unit } from '../../../src/profile/series.js';
import { validate } from '../../../src/profile/validate.js';
import { plain } from '../plain-profile.js';
import { memorySource, recordingOf } from './memory-file.js';

/** A recording of two threads written in three batches, each with new functions, and what was in it. */
async function smallRecording(): Promise<{ bytes: Uint8Array; profile: Profile }> {
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec);
  const profile = new Profile();
  profile.info.command = 'node server.js';
  profile.quality.note('LOST', 'Two samples were lost.', 'Record at a lower frequency.');
  const process = profile.processes.add({ pid: 7, parent: NO_PROCESS, start: 0, command: 'node' });
  const series = [1, 2].map((tid) => {
    return profile.addSeries(profile.threads.add(process, tid, `thread ${tid}`, 0), 'cpu-clock', Unit.CpuNs);
  });
  for (let batch = 0; batch < 3; batch++) {
    const script = profile.scripts.intern(`/app/${batch}.js`);
    const key = { name: `f${batch}`, script, mapping: 0, line: 3, column: 1 };
    const func = profile.functions.intern(key, Layer.Application, '');
    const stack = profile.stacks.intern(batch, profile.frames.intern({ ...CALL_FRAME, func }));
    for (let i = 0; i < 20; i++) series[i % 2].add(batch * 20_000 + i * 1003, stack, 1_003_009);
    await writer.append(profile);
  }
  await writer.finish(profile);
  return { bytes: new Uint8Array(Buffer.concat(pieces)), profile };
}

let bytes: Uint8Array;
let whole: Profile;

beforeAll(async () => {
  bytes = (await smallRecording()).bytes;
  whole = await read(bytes);
  expect(whole.series.map(({ sampleCount }) => sampleCount)).toEqual([30, 30]);
});

function read(content: Uint8Array, recover = false): Promise<Profile> {
  return readRecording(memorySource(content), nodeCodec, { recover });
}

/** The profile, or undefined where the file was refused as it should be. */
async function tryRead(content: Uint8Array, recover = false): Promise<Profile | undefined> {
  try {
    const profile = await read(content, recover);
    validate(profile);
    return profile;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message).toMatch(/^a\.stackscope .*\.$/);
    return undefined;
  }
}

test('cut at any byte, it opens with the samples up to the cut and says so', async () => {
  const counts = new Set<number>();
  for (let length = 0; length < bytes.length; length++) {
    const profile = await tryRead(bytes.subarray(0, length));
    expect(profile === undefined).toBe(length < 12);
    if (profile === undefined) continue;
    const samples = profile.series.flatMap((series) =>
      Array.from(series.times.data.subarray(0, series.pending)),
    );
    counts.add(samples.length);
    for (const [i, series] of profile.series.entries()) {
      const { times, stacks } = whole.series[i];
      expect(series.times.data.slice(0, series.pending)).toEqual(times.data.slice(0, series.pending));
      expect(series.stacks.data.slice(0, series.pending)).toEqual(stacks.data.slice(0, series.pending));
    }
    const cut = profile.quality.notes.some(({ code }) => code === 'RECORDING_CUT');
    if (samples.length < 60) expect(cut).toBe(true);
    if (cut) expect(profile.info.durationUs).toBe(Math.max(0, ...samples));
  }
  expect([...counts]).toEqual([0, 10, 20, 30, 40, 50, 60]);
});

test('with any byte changed, it is refused, or what was lost is said', async () => {
  const outcomes = { refused: 0, unharmed: 0 };
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [0xff, 1 << (at % 8)]) {
      const changed = bytes.slice();
      changed[at] ^= mask;
      const profile = await tryRead(changed);
      if (profile === undefined) outcomes.refused++;
      else {
        expect(plain(profile).series).toEqual(plain(whole).series);
        outcomes.unharmed++;
      }
    }
  }
  const { length } = bytes;
  expect(outcomes.refused + outcomes.unharmed).toBe(length * 2);
  const directoryAndTrailer = length - lastBlocksStart();
  expect(outcomes.unharmed).toBe(directoryAndTrailer * 2);
});

/** Where the directory begins: without it the blocks are found one by one, so it can be damaged without harm. */
function lastBlocksStart(): number {
  return bytes.length - 12 - new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 12, true);
}

describe('recover', () => {
  test('takes what is before a damaged block, and that is a whole recording again', async () => {
    const changed = bytes.slice();
    changed[lastBlocksStart() - 1] ^= 1;
    await expect(read(changed)).rejects.toThrow(/damaged at byte \d+: `stackscope recover` saves/);
    const recovered = await read(changed, true);
    expect(recovered.series.map(({ sampleCount }) => sampleCount)).toEqual([30, 20]);
    expect(recovered.quality.notes.map(({ code }) => code)).toEqual(['LOST', 'RECORDING_CUT']);
    expect(plain(await read(await recordingOf(recovered)))).toEqual(plain(recovered));
  });

  test('of a whole recording is the recording', async () => {
    expect(plain(await read(bytes, true))).toEqual(plain(whole));
  });
});

test('a newer version is refused plainly', async () => {
  const newer = bytes.slice();
  newer[8] = VERSION + 1;
  await expect(read(newer)).rejects.toThrow(
    `a.stackscope has version ${VERSION + 1} of the .stackscope format and this stackscope reads up to ${VERSION}: update stackscope.`,
  );
});

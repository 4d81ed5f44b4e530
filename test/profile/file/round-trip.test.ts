import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { RecordingWriter } from '../../../src/profile/file/recording-writer.js';
import { Profile } from '../../../src/profile/profile.js';
import { validate } from '../../../src/profile/validate.js';
import { buildSamples, buildTables, generatedProfile, ingredients } from '../generated-profile.js';
import { plain } from '../plain-profile.js';
import { memorySource, recordingOf } from './memory-file.js';

test('any profile is read back as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(generatedProfile, async (profile) => {
      const bytes = await recordingOf(profile);
      const read = await readRecording(memorySource(bytes), nodeCodec);
      validate(profile);
      validate(read);
      expect(plain(read)).toEqual(plain(profile));
    }),
    { numRuns: 200 },
  );
});

test('drained in pieces while it grows, it holds the same as written at once', async () => {
  await fc.assert(
    fc.asyncProperty(ingredients, fc.integer({ min: 1, max: 30 }), async (from, step) => {
      const whole = new Profile();
      buildTables(whole, from);
      buildSamples(whole, from);
      const growing = new Profile();
      const pieces: Uint8Array[] = [];
      const writer = new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec);
      await writer.append(growing);
      buildTables(growing, from);
      for (let at = 0; at < 80; at += step) {
        buildSamples(growing, from, at, at + step);
        await writer.append(growing);
        expect(growing.series.every(({ pending }) => pending === 0)).toBe(true);
      }
      await writer.finish(growing);
      const read = await readRecording(memorySource(Buffer.concat(pieces)), nodeCodec);
      const atOnce = await readRecording(memorySource(await recordingOf(whole)), nodeCodec);
      expect(plain(read)).toEqual(plain(atOnce));
    }),
    { numRuns: 60 },
  );
});

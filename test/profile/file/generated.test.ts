import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { RecordingWriter } from '../../../src/profile/file/recording-writer.js';
import { Layer } from '../../../src/profile/layers.js';
import { validate } from '../../../src/profile/validate.js';
import { profileOf } from '../../profiles.js';
import { plain } from '../plain-profile.js';
import { memorySource } from './memory-file.js';

test('functions that get their original place when they were written already have it when read; cut before, not', async () => {
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec);
  const profile = profileOf('main@/app/b.js:1:1;t@/app/b.js:1:20;u@/app/b.js:1:40 10');
  await writer.append(profile);
  // The second waits for what the first has under way.
  await writer.append(profile);
  const generated = { name: 't', script: profile.scripts.intern('/app/b.js'), line: 1, column: 20 };
  profile.generated.add(1, generated);
  const original = {
    name: 'total',
    script: profile.scripts.intern('/app/node_modules/x/x.ts'),
    line: 7,
    column: 3,
  };
  profile.functions.relocate(1, original, Layer.Dependency, 'x');
  const before = pieces.length;
  await writer.finish(profile);

  const read = await readRecording(memorySource(Buffer.concat(pieces)), nodeCodec);
  validate(read);
  const { functions, scripts, strings } = read;
  expect([0, 1, 2].map((id) => functions.name(id))).toEqual(['main', 'total', 'u']);
  expect(scripts.url(functions.columns.script.data[1])).toBe('/app/node_modules/x/x.ts');
  expect([functions.columns.line.data[1], functions.layer(1), functions.package(1)]).toEqual([
    7,
    Layer.Dependency,
    'x',
  ]);
  expect(plain(read).generated).toEqual({
    func: [1],
    name: [strings.intern('t')],
    script: [generated.script],
    line: [1],
    column: [20],
  });

  const cut = await readRecording(memorySource(Buffer.concat(pieces.slice(0, before))), nodeCodec);
  expect([cut.functions.name(1), cut.generated.length]).toEqual(['t', 0]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../../src/cli/codec.js';
import { BlockType } from '../../../src/profile/file/blocks.js';
import { readRecording } from '../../../src/profile/file/recording-reader.js';
import { RecordingWriter } from '../../../src/profile/file/recording-writer.js';
import { NO_OPERATION, OperationKind } from '../../../src/profile/operations.js';
import { NO_PROCESS } from '../../../src/profile/processes.js';
import { Profile } from '../../../src/profile/profile.js';
import { validate } from '../../../src/profile/validate.js';
import { plain } from '../plain-profile.js';
import { memorySource } from './memory-file.js';

function profileWithThread(): Profile {
  const profile = new Profile();
  const process = profile.processes.add({ pid: 1, parent: NO_PROCESS, start: 0, command: 'node' });
  profile.threads.add(process, 1, 'node', 0);
  return profile;
}

test('what is not known stays so: NaN, no text, no stack, no parent', () => {
  const { operations } = profileWithThread();
  operations.add({ kind: OperationKind.Dns, thread: 0 });
  const row = Object.fromEntries(
    Object.entries(operations.columns).map(([name, { data }]) => [name, data[0]]),
  );
  const unseen = [
    'start',
    'end',
    'queue',
    'dns',
    'connect',
    'tls',
    'firstByte',
    'body',
    'bytesIn',
    'bytesOut',
  ];
  for (const name of unseen) expect(row[name], name).toBeNaN();
  expect(row).toMatchObject({ kind: OperationKind.Dns, attempts: 1, count: 1, parent: NO_OPERATION });
  for (const name of ['name', 'host', 'address', 'port', 'result', 'error', 'stack', 'cause', 'asyncStack']) {
    expect(row[name], name).toBe(0);
  }
});

/** Each step adds operations, or lets earlier ones end, or has the file written up to now. */
const step = fc.oneof(
  fc.record({ add: fc.nat({ max: 200 }) }),
  fc.record({ end: fc.nat(), error: fc.string({ maxLength: 5 }) }),
  fc.constant('append' as const),
);

test('operations that become known bit by bit while the file is written are read as they were in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
      const profile = profileWithThread();
      const { operations } = profile;
      const pieces: Uint8Array[] = [];
      const writer = new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec);
      for (const [time, each] of steps.entries()) {
        if (each === 'append') await writer.append(profile);
        else if ('add' in each) {
          for (let i = 0; i < each.add; i++)
            operations.add({ kind: OperationKind.Http, thread: 0, start: time });
        } else if (operations.length > 0) {
          operations.set(each.end % operations.length, { end: time, body: 3, error: each.error });
        }
      }
      await writer.finish(profile);
      const read = await readRecording(memorySource(Buffer.concat(pieces)), nodeCodec);
      validate(read);
      expect(plain(read)).toEqual(plain(profile));
    }),
    { numRuns: 100 },
  );
});

test('only the changed rows of a long list are written again', async () => {
  const profile = profileWithThread();
  for (let i = 0; i < 10_000; i++) {
    profile.operations.add({ kind: OperationKind.Timer, thread: 0, start: i, name: String(i) });
  }
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec);
  await writer.append(profile);
  profile.operations.set(3, { end: 10_000 });
  profile.operations.set(9_000, { end: 10_000 });
  await writer.finish(profile);
  const rows: number[] = [];
  await readRecording(memorySource(Buffer.concat(pieces)), nodeCodec, {
    onBlock: ({ type, rawLength }) => void (type === BlockType.Operations && rows.push(rawLength)),
  });
  expect(rows).toHaveLength(3);
  expect(rows[0]).toBeGreaterThan(10_000);
  for (const length of rows.slice(1)) expect(length).toBeLessThan(700);
});

test('a parent that is not before its child is refused in a file too', async () => {
  const profile = profileWithThread();
  profile.operations.add({ kind: OperationKind.Other, thread: 0, parent: 0 });
  const pieces: Uint8Array[] = [];
  await new RecordingWriter((bytes) => void pieces.push(bytes), nodeCodec).finish(profile);
  await expect(readRecording(memorySource(Buffer.concat(pieces)), nodeCodec)).rejects.toThrow(
    /\(operations\), operations row 0: parent 0 is not before it/,
  );
});

import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../src/formats/index.js';
import { pprof } from '../../../src/formats/pprof/index.js';
import { FUNCTION, LINE, LOCATION, PROFILE, SAMPLE, VALUE_TYPE } from '../../../src/formats/pprof/schema.js';
import { MessageWriter } from '../../../src/formats/protobuf/message-writer.js';
import { readBytes } from '../check-recording.js';

function message(fill: (out: MessageWriter) => void): Uint8Array {
  const out = new MessageWriter();
  fill(out);
  return out.take();
}

interface Parts {
  /** Fields of the only sample after its location. */
  readonly values?: readonly number[];
  readonly location?: number;
  readonly func?: number;
  readonly ids?: readonly number[];
  readonly name?: number;
}

/** A whole profile of one sample, but for what is given otherwise. */
function profile({ values = [7], location = 1, func = 1, ids = [1], name = 3 }: Parts = {}): Uint8Array {
  const type = message((out) => {
    out.number(VALUE_TYPE.type, 1);
    out.number(VALUE_TYPE.unit, 2);
  });
  const sample = message((out) => {
    out.number(SAMPLE.locationId, location);
    for (const value of values) out.number(SAMPLE.value, value);
  });
  const line = message((out) => out.number(LINE.functionId, func));
  return message((out) => {
    out.blob(PROFILE.sampleType, type);
    out.blob(PROFILE.sample, sample);
    for (const id of ids) {
      out.blob(
        PROFILE.location,
        message((inner) => {
          inner.number(LOCATION.id, id);
          inner.blob(LOCATION.line, line);
        }),
      );
    }
    out.blob(
      PROFILE.function,
      message((inner) => {
        inner.number(FUNCTION.id, 1);
        inner.number(FUNCTION.name, name);
      }),
    );
    for (const text of ['', 'cpu', 'nanoseconds', 'main']) out.text(PROFILE.stringTable, text);
  });
}

async function failure(bytes: Uint8Array): Promise<string> {
  return readBytes(pprof, bytes, 'x.pb').then(
    () => 'read',
    (error: Error) => error.message,
  );
}

const refused = (what: string) => `x.pb: this pprof cannot be read: ${what}; fetch or record it again.`;
const whole = profile();

describe('a broken profile is refused with the byte', () => {
  it.each<[string, Uint8Array, string]>([
    ['cut within a text', whole.subarray(0, -2), 'byte 47: 4 bytes are said to follow, and 2 do'],
    ['cut within a number', Uint8Array.of(...whole, 0x48, 0x80), 'byte 53: the message ends within a number'],
    [
      'a number of eleven bytes',
      Uint8Array.of(...whole, 0x48, ...Array<number>(10).fill(0x80), 1),
      'byte 53: a number has more than ten bytes',
    ],
    ['field 0', Uint8Array.of(...whole, 0), "byte 52: 0 is no field's number"],
    [
      'a group',
      Uint8Array.of(...whole, 0x83, 0x01),
      'byte 54: a field is stored in way 3, which is not known',
    ],
    ['a text for a message', Uint8Array.of(...whole, 0x10, 1), 'byte 53: a field is stored in way 0, not 2'],
    ['no such location', profile({ location: 9 }), 'byte 9: a sample names location 9, which is not there'],
    ['no such function', profile({ func: 9 }), 'byte 13: a location names function 9, which is not there'],
    ['a location twice', profile({ ids: [1, 1] }), 'byte 21: location 1 is there twice'],
    ['a location without id', profile({ ids: [0] }), 'byte 13: a location has no id'],
    ['no such text', profile({ name: 9 }), 'text 9 is asked for, and there are 4'],
    [
      'more values than kinds',
      profile({ values: [7, 8] }),
      'byte 7: a sample has 2 values, and there are 1 kinds of them',
    ],
    [
      'a difference',
      Uint8Array.of(0x0a, 0, 0x12, 11, 0x10, ...Array<number>(9).fill(0xff), 1),
      "byte 5: a sample's value is -1: this is the difference of two profiles, and those are to be read instead",
    ],
  ])('%s', async (_, bytes, what) => {
    expect(await failure(bytes)).toBe(refused(what));
  });
});

it('is read when it is whole', async () => {
  expect(detectFormat(whole)?.name).toBe('pprof');
  expect((await readBytes(pprof, whole)).series[0].totalWeight).toBe(7);
});

it('is not told from what only begins like it', () => {
  const text = new TextEncoder();
  for (const other of ['\n\u0002hello', 'hello', '{"a":1}', '\n\n\n\n', '<svg></svg>', 'a;b;c 1\n']) {
    expect(detectFormat(text.encode(other))?.name, other).not.toBe('pprof');
  }
});

it('of ids that are not in order, and of fields that nobody knows yet, is read', async () => {
  const bytes = Uint8Array.of(...profile({ ids: [300, 1, 7] }), 0xf2, 0x07, 2, 1, 2);
  expect((await readBytes(pprof, bytes)).series[0].totalWeight).toBe(7);
});

it('of a stack of 200,000 frames is read and written', async () => {
  const sample = message((out) => {
    const numbers = new MessageWriter();
    for (let i = 0; i < 200_000; i++) numbers.varint(1);
    out.blob(SAMPLE.locationId, numbers.take());
    out.number(SAMPLE.value, 1);
  });
  const bytes = Buffer.concat([whole, message((out) => out.blob(PROFILE.sample, sample))]);
  const read = await readBytes(pprof, new Uint8Array(bytes));
  expect(read.stacks.depth(read.series[0].stacks.data[1])).toBe(200_000);
  const pieces: Uint8Array[] = [];
  for await (const piece of pprof.write!(read)) pieces.push(piece);
  const again = await readBytes(pprof, new Uint8Array(Buffer.concat(pieces)));
  expect(again.stacks.length).toBe(read.stacks.length);
});

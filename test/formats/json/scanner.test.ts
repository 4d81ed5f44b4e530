import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { JsonError } from '../../../src/formats/json/json-error.js';
import { JSON_LIMITS } from '../../../src/formats/json/limits.js';
import type { Shape } from '../../../src/formats/json/shape.js';
import { Texts } from '../../../src/formats/json/texts.js';
import { withinBounds } from '../../bounds.js';
import { HOSTILE_NAMES } from '../../hostile-names.js';
import { randomNumbers, SEED } from '../../random.js';
import { AnyValue, endingOf, scan } from './any-value.js';

function parsed(text: string | Uint8Array, piece?: number): unknown {
  const any = new AnyValue();
  expect(scan(any, any.texts, text, piece)).toBe(true);
  return any.result;
}

function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(JsonError);
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('what it reads', () => {
  test('is what JSON.parse reads, whatever the pieces and the blanks', () => {
    const indents = [undefined, 1, '\t', '\r\n '];
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(...indents),
        (json, piece, indent) => {
          const text = JSON.stringify(JSON.parse(json), null, indent);
          expect(parsed(text, piece)).toEqual(JSON.parse(text));
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('numbers are the nearest doubles', () => {
    const texts = [
      '-0',
      '0.1',
      '123456789012345678',
      '1.7976931348623157e308',
      '4.9E-324',
      '-12.5e+2',
      '999999999999999',
      '0.000000000000001',
      '3.141592653589793238462643',
      '1e999',
    ];
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 9 }),
        (drawn, piece) => {
          // `-0` is written as 0.
          const value = drawn + 0;
          expect(parsed(`[${value}]`, piece)).toEqual([value]);
          expect(parsed(String(value), piece)).toBe(value);
        },
      ),
      { seed: SEED },
    );
    for (const text of texts) expect(parsed(text, 3), text).toBe(JSON.parse(text));
  });

  test.each(Object.entries(HOSTILE_NAMES))('the name: %s', (_, name) => {
    const json = JSON.stringify({ [name]: name, list: [name, name] });
    expect(parsed(json, 1000)).toEqual(JSON.parse(json));
    const escaped = json.replace(
      /[^\x20-\x7e]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(parsed(escaped, 1000)).toEqual(JSON.parse(json));
  });

  test('every escape, and raw control characters', () => {
    expect(
      parsed(
        '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\uD800\\udc00x\\udc00\\ud800"',
        1,
      ),
    ).toBe('"\\/\b\f\n\r\tAé€😀\ud800\udc00x\udc00\ud800');
    expect(parsed('"a\nb\u0000"')).toBe('a\nb\u0000');
  });

  test('bytes that are no UTF-8 become U+FFFD', () => {
    expect(parsed(Uint8Array.from([0x22, 0x61, 0xff, 0xc3, 0x22]))).toBe('a\ufffd\ufffd');
  });

  test('a byte order mark before it', () => {
    for (const piece of [1, 2, 3, 100]) expect(parsed('\ufeff{"a":1}', piece)).toEqual({ a: 1 });
  });
});

describe('a shape', () => {
  function read(text: string, piece?: number): { calls: unknown[]; whole: boolean } {
    const calls: unknown[] = [];
    const texts = new Texts();
    const shape: Shape = {
      begin: () => calls.push('begin'),
      end: () => calls.push('end'),
      fields: {
        name: { text: (id) => calls.push(texts.get(id)) },
        on: { flag: (value) => calls.push(value) },
        samples: { numbers: (values, count) => calls.push([...values.slice(0, count)]) },
        rows: {
          items: { fields: { id: { number: (value) => calls.push(value) } }, end: () => calls.push('row') },
        },
      },
    };
    return { whole: scan(shape, texts, text, piece), calls };
  }

  it('gets its fields in the order of the text, and no others', () => {
    const text =
      '{"other":{"name":["x\\"}",{"a":[1]}]},"on":true,"na\\u006de":"n","rows":[{"x":-1e3,"id":1},{"id":2,"y":null}],"z":"\\\\"}';
    for (const piece of [1, 3, 1000]) {
      expect(read(text, piece)).toEqual({
        whole: true,
        calls: ['begin', true, 'n', 1, 'row', 2, 'row', 'end'],
      });
    }
  });

  it('gets numbers in blocks, and null as NaN', () => {
    for (const piece of [1, 5, 1000]) {
      expect(read('{"samples":[1, 2.5 ,null,\n-3 ,1e3], "name":null}', piece).calls).toEqual([
        'begin',
        [1, 2.5, Number.NaN, -3, 1000],
        'end',
      ]);
    }
    const many = Array.from({ length: 10_000 }, (_, i) => i * 7);
    const { calls } = read(JSON.stringify({ samples: many }), 4096);
    expect(calls.slice(1, -1).flat()).toEqual(many);
    expect(read('{"samples":[]}').calls).toEqual(['begin', 'end']);
  });

  it('gets what is there of a cut text, but no end', () => {
    const text = '{"name":"n","rows":[{"id":1},{"id":2}],"samples":[10,20,30]}';
    for (const piece of [1, 1000]) {
      expect(read(text.slice(0, -4), piece)).toEqual({
        whole: false,
        calls: ['begin', 'n', 1, 'row', 2, 'row', [10, 20]],
      });
      expect(read(text.slice(0, 28), piece)).toEqual({ whole: false, calls: ['begin', 'n', 1, 'row'] });
    }
    for (let cut = 0; cut < text.length; cut++) expect(read(text.slice(0, cut)).whole, `${cut}`).toBe(false);
    expect(read(`${text} \n`).whole).toBe(true);
  });

  it('tells a list that was not closed from one that was cut', () => {
    const list: Shape = { items: { fields: { a: { number: () => {} } } } };
    const ending = (text: string) => endingOf(list, new Texts(), text, 3);
    for (const open of ['[{"a":1}', '[{"a":1},{"b":[2]}\n', '[{"a":1},\n'])
      expect(ending(open), open).toBe('open');
    for (const cut of ['', '[', '[{"a":1},{', '[{"a":1},{"b":"x', '[{"a":1},{"a":2'])
      expect(ending(cut), cut).toBe('cut');
    expect(ending('[{"a":1}]')).toBe('whole');
  });

  it('passes over what it does not expect where anything may stand', () => {
    const seen: unknown[] = [];
    const args: Shape = {
      orElse: 'skip',
      fields: { port: { orElse: 'skip', number: (value) => seen.push(value) } },
      end: () => seen.push('args'),
    };
    const list: Shape = { items: { fields: { args } } };
    for (const piece of [1, 1000]) {
      const text =
        '[{"args":"x"},{"args":[{"port":1}]},{"args":{"port":"2"}},{"args":null},{"args":{"port":3,"x":{}}},{"args":true},{"args":-1.5}]';
      expect(endingOf(list, new Texts(), text, piece)).toBe('whole');
    }
    expect(seen).toEqual(['args', 3, 'args', 'args', 3, 'args']);
  });

  it('takes the last of several values of a field, but no second list or object', () => {
    expect(read('{"name":"a","name":"b"}').calls).toEqual(['begin', 'a', 'b', 'end']);
    expect(errorOf(() => read('{"samples":[1],"on":true,"samples":[2]}'))).toBe(
      'byte 35: samples is there twice',
    );
  });

  it.each([
    ['{"name":5}', 'byte 8: name is a number, which is not expected there'],
    ['{"rows":[{"id":1},{"id":[2]}]}', 'byte 24: rows[1].id is a list, which is not expected there'],
    ['{"rows":[{"id":1},null]}', 'byte 18: rows[1] is null, which is not expected there'],
    ['{"samples":[1,"2"]}', 'byte 14: samples[1] is a text, which is not expected there'],
    ['{"samples":[1,-]}', 'byte 14: samples[1] is no number'],
    ['[]', 'byte 0: the file is a list, which is not expected there'],
    ['{"on":truth}', "byte 6: 't' is not what JSON has after a colon or comma"],
    ['{"name":"\\x"}', 'byte 9: this is no escape that JSON has'],
    ['{"x":[1,{}}]}', "byte 10: '}' is not what JSON has after a colon or comma"],
    ['{name:1}', "byte 1: 'n' is not what JSON has after the beginning of an object"],
    ['{"name":"a" "b"}', "byte 12: '\"' is not what JSON has after a value"],
    ['{"rows":[{"id":1},]}', "byte 18: ']' is not what JSON has after a colon or comma"],
    ['{} {}', 'byte 3: something follows after the end'],
    ['{"name"\u00e9}', 'byte 7: the byte 0xc3 is not what JSON has after a key'],
  ])('refuses %s', (text, message) => {
    for (const piece of [1, 1000]) expect(errorOf(() => read(text, piece))).toBe(message);
  });
});

describe('what is hostile', () => {
  test('a million lists within each other are read, or passed over', () => {
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    let depth = 0;
    const list: Shape = {
      get items() {
        return list;
      },
      begin: () => depth++,
    };
    expect(scan(list, new Texts(), deep, 65_536)).toBe(true);
    expect(depth).toBe(1_000_000);
    expect(scan({ fields: {} }, new Texts(), `{"a":${deep}}`, 65_536)).toBe(true);
  });

  test('more of them than the limit are refused, wanted or not', () => {
    const deep = '['.repeat(JSON_LIMITS.depth + 1);
    const message = `more than ${JSON_LIMITS.depth} objects and lists are within each other`;
    expect(errorOf(() => parsed(deep, 65_536))).toContain(message);
    expect(errorOf(() => scan({ fields: {} }, new Texts(), `{"a":${deep}`, 65_536))).toContain(message);
  });

  test('a text without an end costs no more than its limit', async () => {
    const piece = new Uint8Array(1_000_000).fill(0x61);
    await withinBounds('an endless text', async () => {
      const any = new AnyValue();
      const text = new Uint8Array(JSON_LIMITS.textBytes + 10).fill(0x61);
      text[0] = 0x22;
      expect(errorOf(() => scan(any, any.texts, text, piece.length))).toContain('a text has more than');
    });
  });

  test('a long text in tiny pieces is not looked at again and again', async () => {
    await withinBounds('a text of 2 MB in pieces of 20 bytes', async () => {
      expect((parsed(JSON.stringify('x'.repeat(2_000_000)), 20) as string).length).toBe(2_000_000);
    });
  });

  test('mutants are read as JSON.parse reads them, or refused with their byte', () => {
    const next = randomNumbers(SEED);
    const text = JSON.stringify({
      a: [1, -2.5e3, null, true],
      b: { c: 'x\n\u20ac\ud83d\ude00', d: [[], {}] },
      e: '',
    });
    let refused = 0;
    for (let i = 0; i < 5000; i++) {
      const at = next(text.length);
      const mutant = text.slice(0, at) + '0123456789-.,:{}[]"eE\\u tfn'[next(26)] + text.slice(at + next(3));
      const any = new AnyValue();
      let whole = false;
      try {
        whole = scan(any, any.texts, mutant, 1 + next(9));
      } catch (error) {
        expect(error, mutant).toBeInstanceOf(JsonError);
        refused++;
      }
      const expected = parseOrUndefined(Buffer.from(mutant).toString());
      // Ours takes 01 and 1. too.
      if (expected !== undefined) expect([whole, any.result], mutant).toEqual([true, expected]);
    }
    expect(refused).toBeGreaterThan(500);
  });
});

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

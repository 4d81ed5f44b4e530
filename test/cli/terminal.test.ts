import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputWidth, painter, shortenMiddle, textWidth, visible } from '../../src/cli/terminal.js';

const stream = (isTTY: boolean, columns?: number) => ({
  write: () => {},
  isTTY,
  ...(columns && { columns }),
});

describe('the terminal', () => {
  it('is as wide as COLUMNS says, else as it says, else 80', () => {
    expect(outputWidth(stream(true, 132), { COLUMNS: '70' })).toBe(70);
    expect(outputWidth(stream(true, 132), {})).toBe(132);
    expect(outputWidth(stream(false), {})).toBe(80);
    expect(outputWidth(stream(true, 5), {})).toBe(40);
  });

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ])('a terminal (%s) with %o has colour: %s', (isTTY, environment, coloured) => {
    expect(painter(stream(isTTY), environment)('red', 'x')).toBe(coloured ? '\x1b[31mx\x1b[39m' : 'x');
  });

  it('shows characters that would steer it', () => {
    expect(visible('a\x1b[2J\r\nb\x7f\x9b\u202ec\u2028\ud800')).toBe(
      'a\\x1b[2J\\x0d\\nb\\x7f\\x9b\\u202ec\\u2028\\ud800',
    );
    expect(visible('größe 関数 🚀 <b>')).toBe('größe 関数 🚀 <b>');
  });

  it('shortens in the middle by what is seen', () => {
    expect(shortenMiddle('abcdefghij', 7)).toBe('abc…hij');
    expect(shortenMiddle('関数関数関数', 7)).toBe('関…数');
    expect(shortenMiddle('short', 7)).toBe('short');
  });

  it('never exceeds the width, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.integer({ min: 0, max: 60 }),
        (text, width) => {
          expect(textWidth(shortenMiddle(visible(text), width))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

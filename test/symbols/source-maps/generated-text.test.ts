import { expect, test } from 'vitest';
import { GeneratedText } from '../../../src/symbols/source-maps/generated-text.js';

/** `text` with `«…»` around what is to be found as the name's words, and `¦` where V8 says the function begins. */
test.each([
  ['function «t»¦(e){}', 't'],
  ['async function* «t»¦(e){}', 't'],
  ['var a=1,«t»=¦(e)=>e', 't'],
  ['var «t»=¦e=>e', 't'],
  ['let «t» = async ¦(e) => e', 't'],
  ['var «t»=async function¦(){}', 't'],
  ['«u».«sum»=function¦(e){}', 'u.sum'],
  ['x.y.«sum»=function¦(e){}', 'sum'],
  ['Foo.prototype.«bar»=function¦(){}', 'Foo.bar'],
  ['class A{static async «make»¦(e){}}', 'make'],
  ['class A{get «twice»¦(){}}', 'get twice'],
  ['class A{«#t»¦(){}}', '#t'],
  ['({«arrow»:¦e=>e})', 'arrow'],
  ['class «r»{a(){} constructor¦(e){}}', 'r'],
  ['«s»=class{constructor¦(){}}', 's'],
  ['class «r»{¦x=1}', 'r'],
  ['first\r\nsecond\u2028function «t»¦(){}', 't'],
  ['function «été»¦(){}', 'été'],
])('%s has the words of %s', (marked, name) => {
  const text = marked.replace(/[«»¦]/g, '');
  const { parts, agrees } = new GeneratedText(text).definition(positionOf(marked, marked.indexOf('¦')), name);
  expect(agrees).toBe(true);
  const starts = [...marked.matchAll(/«/g)].map(({ index }) => positionOf(marked, index));
  expect(parts.map(({ line, column }) => ({ line, column }))).toEqual(starts);
  const words = [...marked.matchAll(/«(.*?)»/g)].map((match) => match[1]);
  expect(parts.map(({ start, length }) => name.slice(start, start + length))).toEqual(words);
});

test.each([
  ['[1].map(¦e=>e)', ''],
  ['class r{¦x=1}', '<instance_members_initializer>'],
  ['({["a b"]¦(){}})', 'a b'],
  ['t??=¦()=>1', 't'],
])('%s tells neither way of %j', (marked, name) => {
  const text = new GeneratedText(marked.replace('¦', ''));
  expect(text.definition(positionOf(marked, marked.indexOf('¦')), name)).toEqual({
    parts: [],
    agrees: undefined,
  });
});

test('a text that has something else there, or ends before it, does not agree', () => {
  const text = new GeneratedText('function other(){}');
  expect(text.definition({ line: 0, column: 14 }, 't').agrees).toBe(false);
  expect(text.definition({ line: 0, column: 99 }, '').agrees).toBe(false);
  expect(text.definition({ line: 3, column: 0 }, 't').agrees).toBe(false);
});

test('a class that has a name of its own is known by that which it is given, too', () => {
  const text = new GeneratedText('var a=1,s=class r{constructor(){}}');
  const { parts, outer } = text.definition({ line: 0, column: 29 }, 'r');
  expect(parts).toMatchObject([{ column: 16 }]);
  expect(outer).toEqual({ line: 0, column: 8, word: 's' });
});

function positionOf(marked: string, index: number): { line: number; column: number } {
  const before = marked.slice(0, index).replace(/[«»¦]/g, '');
  const lines = before.split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length - 1, column: lines.at(-1)!.length };
}

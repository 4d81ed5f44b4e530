import { visible } from '../visible-text.js';

/** The most of a name that a picture keeps; what is longer loses its middle to `…`. */
export const MAX_NAME = 1024;

/** Text that is markup already. Made by `xml` alone, so that nothing else gets into the picture unescaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/**
 * Markup from a template: what is put in is text, escaped for content and for attributes in `"`; a number as many
 * digits as a screen can show; markup that was made by `xml` itself.
 */
export function xml(parts: TemplateStringsArray, ...values: readonly (string | number | Markup)[]): Markup {
  let text = parts[0];
  for (let i = 0; i < values.length; i++) text += written(values[i]) + parts[i + 1];
  return new Markup(text);
}

export function joined(pieces: readonly Markup[]): Markup {
  return new Markup(pieces.map(({ text }) => text).join(''));
}

function written(value: string | number | Markup): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return typeof value === 'string' ? escaped(value) : value.text;
}

/** Control characters written out, as `visible` does, and no character left that XML forbids or takes for markup. */
function escaped(text: string): string {
  if (PLAIN.test(text)) return text;
  return visible(shortened(text)).replace(/[&<>"'\ufffe\uffff]/g, (character) => ESCAPES[character]);
}

const PLAIN = /^[\w .,:;/()[\]*~+%-]{0,1024}$/;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\ufffe': '\\ufffe',
  '\uffff': '\\uffff',
};

function shortened(text: string): string {
  if (text.length <= MAX_NAME) return text;
  const half = MAX_NAME / 2;
  return `${text.slice(0, half - 1)}…${text.slice(-half)}`;
}

import { FrameKind } from '../../profile/frames.js';
import type { Lane } from '../worker/lanes.js';
import type { Facts } from '../worker/protocol.js';

/** Controls, lone surrogates, characters without width and those that turn the direction of text or break lines. */
const STEERING = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
/** What is longer loses its middle: no pane has room for more. */
const LONGEST = 400;

/** A text from a recording as the page shows it: short enough, in one line, in one direction. */
export function shown(text: string): string {
  return elide(text, LONGEST).replace(STEERING, (character) => {
    const hex = character.charCodeAt(0).toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** At most `length` characters: the middle, where names differ least, becomes `…`. */
export function elide(text: string, length: number): string {
  if (text.length <= length) return text;
  if (length < 2) return '…';
  const tail = Math.floor((length - 1) / 2);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** Words for a frame that is no function. */
const MARKERS: Partial<Record<FrameKind, string>> = {
  [FrameKind.Async]: '(async)',
  [FrameKind.Truncated]: '(callers cut by the depth limit)',
  [FrameKind.Broken]: '(callers not known)',
  [FrameKind.Idle]: '(idle)',
};

/** A thread's role, and its name where that says more. */
export function laneName({ role, name }: Lane): string {
  const words = role === 'other' ? [name] : role === name ? [role] : [role, name];
  return shown(words.join(' ').trim());
}

/** The name of a box. */
export function keyName({ functions }: Facts, key: number): string {
  const { names } = functions;
  return key < names.length ? shown(names[key]) : (MARKERS[(key - names.length) as FrameKind] ?? '(marker)');
}

/** `file:line:column` of the definition as far as it is known. */
export function keyPlace({ functions }: Facts, key: number): string {
  if (key >= functions.names.length) return '';
  const numbers = [functions.lines[key], functions.columns[key]].filter((number) => number > 0);
  return [shown(functions.files[key]), ...numbers].join(':');
}

/** The same with the last part of the path alone. */
export function shortPlace(place: string): string {
  return place.slice(Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\')) + 1);
}

/** A C++ name without arguments, template arguments and all namespaces but the last; any other as it is. */
export function shortName(name: string): string {
  if (!name.includes('::')) return name;
  let depth = 0;
  let plain = '';
  for (const letter of name.replaceAll('(anonymous namespace)::', '').replaceAll('operator()', 'operator')) {
    if (letter === '<' || letter === '(') depth++;
    else if (letter === '>' || letter === ')') depth--;
    else if (depth <= 0) plain += letter;
  }
  const parts = plain.replace(/ const$/, '').split('::');
  return parts.slice(-2).join('::') || name;
}

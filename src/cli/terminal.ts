import { styleText } from 'node:util';
import stringWidth from 'fast-string-width';
import { STEERING, visible } from '../formats/visible-text.js';

export { visible } from '../formats/visible-text.js';

const DEFAULT_WIDTH = 80;
const LEAST_WIDTH = 40;

/** What of a stream decides how we write to it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan' | 'blue' | 'magenta';
/** Colours a text, or returns it as it is where colour is not wanted. */
export type Paint = (style: Style, text: string) => string;

/** Columns to fill: COLUMNS when set, else the terminal's, else 80. */
export function outputWidth(stream: Output, environment = process.env): number {
  const asked = Number.parseInt(environment['COLUMNS'] ?? '', 10);
  const width = asked > 0 ? asked : (stream.columns ?? DEFAULT_WIDTH);
  return Math.max(LEAST_WIDTH, width);
}

/** Colours only on a terminal; NO_COLOR forbids and FORCE_COLOR demands them. */
export function painter(stream: Output, environment = process.env): Paint {
  if (!wantsColour(stream, environment)) return (_, text) => text;
  return (style, text) => (text === '' ? '' : styleText(style, text, { validateStream: false }));
}

function wantsColour(stream: Output, environment: NodeJS.ProcessEnv): boolean {
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if ((environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}

/** Writes a line of our own words to stderr; names in it may be from elsewhere. */
export function tell(words: string): void {
  process.stderr.write(`${visible(words)}\n`);
}

/** JSON, Maps as objects, with no character left that steers a terminal: those are escaped and mean the same. */
export function visibleJson(value: unknown, indent = 2): string {
  const plain = (_: string, inner: unknown) => (inner instanceof Map ? Object.fromEntries(inner) : inner);
  return JSON.stringify(value, plain, indent).replace(STEERING, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Columns a text takes: 2 for wide characters, 0 for combining ones and for colours. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

export function alignRight(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

const graphemes = new Intl.Segmenter();

/** At most `width` columns: what is too long loses its middle, where names differ least, to `…`. */
export function shortenMiddle(text: string, width: number): string {
  if (text.length <= width * 8 && textWidth(text) <= width) return text;
  if (width <= 1) return '…'.slice(0, Math.max(0, width));
  const tailWidth = Math.floor((width - 1) / 2);
  const reach = width * 8;
  const head = fitting(split(text.slice(0, reach)), width - 1 - tailWidth);
  const tail = fitting(split(text.slice(-reach)).reverse(), tailWidth).reverse();
  return `${head.join('')}…${tail.join('')}`;
}

function split(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function fitting(parts: readonly string[], width: number): string[] {
  let used = 0;
  const end = parts.findIndex((part) => {
    used += textWidth(part);
    return used > width;
  });
  return end < 0 ? [...parts] : parts.slice(0, end);
}

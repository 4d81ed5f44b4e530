import { HOLDINGS } from '../formats/format.js';
import { FORMATS } from '../formats/index.js';
import { type Output, outputWidth, type Paint, painter, shortenMiddle } from './terminal.js';
import { wrap } from './wrap.js';

/** Writes every format with what survives in it and how it was verified, in lines no wider than the terminal. */
export function writeFormatList(stream: Output): void {
  const width = Math.min(outputWidth(stream), MOST_WIDTH);
  const paint = painter(stream);
  stream.write(`${FORMATS.flatMap((format) => formatLines(format, width, paint)).join('\n')}\n`);
}

/** Longer lines are hard to read. */
const MOST_WIDTH = 100;
const INDENT = 12;

type Listed = (typeof FORMATS)[number];

function formatLines(format: Listed, width: number, paint: Paint): string[] {
  const { name, title, extensions, keeps, verified, read, write } = format;
  const ways = read && write ? 'read, written' : read ? 'read' : 'written';
  const part = (lead: string, text: string) =>
    text === '' ? [] : wrap(text, ' '.repeat(INDENT) + lead, width);
  const head = `${extensions.join(' ')}  ${ways}`;
  return [
    `${paint('bold', name.padEnd(INDENT - 2))}  ${shortenMiddle(head, width - INDENT)}`,
    ...part('', title),
    ...part('keeps ', keeps),
    ...part('loses ', write ? losses(format) : ''),
    ...part('verified ', verified).map((line) => paint('dim', line)),
    '',
  ];
}

/** What a recording can have that a file of this format cannot hold. */
function losses({ holds }: Listed): string {
  return HOLDINGS.filter((holding) => !holds.has(holding)).join(', ');
}

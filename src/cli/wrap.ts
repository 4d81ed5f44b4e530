import { shortenMiddle, textWidth, visible } from './terminal.js';

/** Lines that a note may have: a name in it can be of any length. */
const NOTE_LINES = 12;

/** Breaks a text at blanks; the first line begins with `lead`, the others are indented as far; control characters made visible. */
export function wrap(text: string, lead: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const room = width - lead.length;
  const words = shortenMiddle(visible(text), room * NOTE_LINES).split(' ');
  for (const word of words.flatMap((part) => cut(part, room))) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((part, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + part);
}

/** Pieces of a word that are no wider than `width`. */
function cut(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word];
  const pieces: string[] = [''];
  for (const character of word) {
    const longer = pieces[pieces.length - 1] + character;
    if (textWidth(longer) <= width) pieces[pieces.length - 1] = longer;
    else pieces.push(character);
  }
  return pieces;
}

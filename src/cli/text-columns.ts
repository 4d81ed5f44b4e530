import stringWidth from 'fast-string-width';

/** A cell of a text table; numbers stand at the right. */
export type Cell = string | number;

/**
 * Lines of cells in columns two spaces apart, each behind two spaces, control characters made visible.
 * @param width characters a line may have; a longer one is cut and ends in `…`
 */
export function textColumns(rows: readonly (readonly Cell[])[], width: number): string {
  const shown = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? number(cell) : visible(cell))),
  );
  const widths: number[] = [];
  for (const row of shown) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, stringWidth(cell));
  }
  const rightAligned = widths.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  return shown
    .map((row) =>
      row
        .map((cell, i) => pad(cell, widths[i], rightAligned[i]))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${cut(line, width - 2)}\n`)
    .join('');
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function pad(cell: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - stringWidth(cell));
  return right ? space + cell : cell + space;
}

/** Control characters and those that turn the direction of text as `\u001b`: a file must not steer the terminal. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Cuts at the end: what is wide here are names and commands, which begin with what tells them apart. */
function cut(line: string, width: number): string {
  if (stringWidth(line) <= width) return line;
  let kept = '';
  let used = 1;
  for (const character of line) {
    used += stringWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

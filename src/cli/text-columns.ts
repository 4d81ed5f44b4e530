import { alignRight, shortenMiddle, textWidth, visible } from './terminal.js';

/** A cell of a text table; numbers stand at the right. */
export type Cell = string | number;

/**
 * Lines of cells in columns two spaces apart, each behind two spaces, control characters made visible.
 * @param width characters a line may have; a longer one loses its middle
 */
export function textColumns(rows: readonly (readonly Cell[])[], width: number): string {
  const shown = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? number(cell) : visible(cell))),
  );
  const widths: number[] = [];
  for (const row of shown) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, textWidth(cell));
  }
  const rightAligned = widths.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  return shown
    .map((row) =>
      row
        .map((cell, i) => pad(cell, widths[i], rightAligned[i]))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${shortenMiddle(line, width - 2)}\n`)
    .join('');
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? alignRight(cell, width) : cell + ' '.repeat(width - textWidth(cell));
}

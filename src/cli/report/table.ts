import { type Paint, shortenMiddle, textWidth } from '../terminal.js';

export interface TableColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Takes what the others leave, shortened in the middle; several share it. */
  readonly stretch?: boolean;
}

const GAP = '  ';
const INDENT = '  ';

/**
 * Lines of cells under a dim line of titles, none wider than `width`. Cells are plain text; `colour` paints what
 * of them is shown.
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
  paint: Paint,
  colour: (cell: string, column: number, row: number) => string = (cell) => cell,
): string[] {
  const widths = columnWidths(columns, rows, width);
  const line = (cells: readonly string[], finish: (cell: string, column: number) => string) =>
    (
      INDENT +
      cells.map((cell, i) => fitCell(cell, columns[i], widths[i], (text) => finish(text, i))).join(GAP)
    ).trimEnd();
  const titles = columns.some(({ title }) => title !== '')
    ? [
        line(
          columns.map(({ title }) => title),
          (cell) => paint('dim', cell),
        ),
      ]
    : [];
  return [...titles, ...rows.map((cells, row) => line(cells, (cell, column) => colour(cell, column, row)))];
}

function fitCell(
  cell: string,
  { align, stretch }: TableColumn,
  width: number,
  finish: (text: string) => string,
): string {
  const shown = stretch ? shortenMiddle(cell, width) : cell;
  const space = ' '.repeat(Math.max(0, width - textWidth(shown)));
  return align === 'right' ? space + finish(shown) : finish(shown) + space;
}

/** Every column as wide as it needs; when that is too much the stretching ones share what is left. */
function columnWidths(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const needed = columns.map(({ title }, i) =>
    rows.reduce((most, row) => Math.max(most, Math.min(textWidth(row[i]), width)), textWidth(title)),
  );
  const gaps = INDENT.length + GAP.length * (columns.length - 1);
  const fixed = columns.reduce((sum, { stretch }, i) => sum + (stretch ? 0 : needed[i]), gaps);
  let left = width - fixed;
  const stretching = columns
    .flatMap(({ stretch }, i) => (stretch ? [i] : []))
    .sort((a, b) => needed[a] - needed[b]);
  stretching.forEach((column, done) => {
    needed[column] = Math.max(1, Math.min(needed[column], Math.floor(left / (stretching.length - done))));
    left -= needed[column];
  });
  return needed;
}

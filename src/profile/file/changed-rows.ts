import type { Column, Table } from '../columns.js';

/** Remembers a table whose rows change as it was last written, and tells which rows are new or different now. */
export class ChangedRows {
  private written: readonly Column['data'][] = [];

  /** The span that holds every row that differs from the last call's; empty (`from` = `to`) when none does. */
  take(table: Table): { from: number; to: number } {
    const columns = Object.values(table.columns);
    const same = (row: number) =>
      columns.every(({ data }, i) => Object.is(data[row], this.written[i]?.[row]));
    const span = { from: 0, to: table.length };
    while (span.from < span.to && same(span.from)) span.from++;
    while (span.to > span.from && same(span.to - 1)) span.to--;
    this.written = columns.map(({ data, length }) => data.slice(0, length));
    return span;
  }
}

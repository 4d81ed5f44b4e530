import { F64Column } from '../../profile/columns.js';
import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import type { Shape } from '../json/shape.js';

/** A table as this format stores it: an object with a list for each column. `null` is NaN. */
export class NumberColumns<Name extends string> {
  readonly columns: Readonly<Record<Name, F64Column>>;

  constructor(
    readonly what: string,
    names: readonly Name[],
  ) {
    this.columns = Object.fromEntries(names.map((name) => [name, new F64Column()])) as Record<
      Name,
      F64Column
    >;
  }

  push(name: Name, value: number): void {
    const column: F64Column = this.columns[name];
    if (column.length >= LIMITS.rows) throw new Malformed(`${this.what} has more than ${LIMITS.rows} rows`);
    column.push(value);
  }

  /** The value of a row, NaN where the file has none. */
  get(name: Name, row: number): number {
    const column: F64Column = this.columns[name];
    return row >= 0 && row < column.length ? column.data[row] : Number.NaN;
  }
}

/** What fills the columns of the table that `get` gives when a list begins: numbers, `null`, `true` or `false`. */
export function columnsShape<Name extends string>(
  names: readonly Name[],
  get: () => NumberColumns<Name>,
): Readonly<Record<Name, Shape>> {
  const column = (name: Name): Shape => ({
    numbers: (values, count) => {
      const table = get();
      for (let i = 0; i < count; i++) table.push(name, values[i]);
    },
  });
  return Object.fromEntries(names.map((name) => [name, column(name)])) as Record<Name, Shape>;
}

/** Likewise for one column of `true` and `false`, as 1 and 0. */
export function flagsShape(push: (value: number) => void): Shape {
  return {
    items: {
      flag: (value) => push(value ? 1 : 0),
      number: (value) => push(value),
      none: () => push(0),
    },
  };
}

/** Likewise for texts, by their ids. */
export function textsShape(push: (id: number) => void): Shape {
  return { items: { text: push, none: () => push(0) } };
}

import { F64Column, U32Column } from '../../profile/columns.js';
import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import type { Shape } from '../json/shape.js';
import type { Texts } from '../json/texts.js';

/** A table as Firefox itself writes it: `schema` tells the place of each column in the rows of `data`. */
export class SchemaRows {
  private readonly places = new Map<string, number>();
  private readonly cells = new F64Column();
  /** By row: its first cell; one more when the last is whole. */
  private readonly begins = new U32Column();

  constructor(readonly what: string) {}

  get length(): number {
    return this.begins.length;
  }

  /** The cell of a row, NaN for what is no number; rows end where nothing follows that is known. */
  get(column: string, row: number): number {
    const place = this.places.get(column);
    if (place === undefined || !(row >= 0 && row < this.length)) return Number.NaN;
    const at = this.begins.data[row] + place;
    const end = row + 1 < this.length ? this.begins.data[row + 1] : this.cells.length;
    return at < end ? this.cells.data[at] : Number.NaN;
  }

  has(column: string): boolean {
    return this.places.has(column);
  }

  setPlace(column: string, place: number): void {
    this.places.set(column, place);
  }

  beginRow(): void {
    if (this.length >= LIMITS.rows) throw new Malformed(`${this.what} has more than ${LIMITS.rows} rows`);
    this.begins.push(this.cells.length);
  }

  push(cell: number): void {
    this.cells.push(cell);
  }
}

/** What fills the table that `get` gives. Of cells that are objects `cell` may tell more. */
export function schemaRowsShape(
  texts: Texts,
  get: () => SchemaRows,
  { beginRow, cell = {} }: { readonly beginRow?: () => void; readonly cell?: Shape } = {},
): Shape {
  let column = '';
  const none = () => get().push(Number.NaN);
  const cells: Shape = {
    fields: {},
    number: (value) => get().push(value),
    flag: (value) => get().push(value ? 1 : 0),
    text: none,
    none,
    begin: none,
    ...cell,
  };
  return {
    fields: {
      schema: {
        key: (id) => {
          column = texts.get(id);
        },
        entries: { number: (place) => get().setPlace(column, place) },
      },
      data: {
        items: {
          begin: () => {
            get().beginRow();
            beginRow?.();
          },
          items: cells,
        },
      },
    },
  };
}

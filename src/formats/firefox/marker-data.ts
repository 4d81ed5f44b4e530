import type { Shape } from '../json/shape.js';
import { NumberColumns } from './number-columns.js';

/** Fields of a marker's data that an operation has too, as we write them. */
export const DATA_NUMBERS = [
  'queue',
  'dns',
  'connect',
  'tls',
  'firstByte',
  'body',
  'attempts',
  'port',
  'bytesIn',
  'bytesOut',
  'count',
] as const;
export const DATA_TEXTS = ['type', 'kind', 'host', 'address', 'result', 'error', 'side'] as const;

type DataColumn =
  | (typeof DATA_NUMBERS)[number]
  | (typeof DATA_TEXTS)[number]
  | 'cause'
  | 'stack'
  | 'asyncStack'
  | 'parent'
  | 'hasName';

/** The data of markers, a row each: numbers, ids of texts, rows of stacks; NaN for what a marker does not have. */
export class MarkerData {
  readonly table = new NumberColumns<DataColumn>('markers.data', [
    ...DATA_NUMBERS,
    ...DATA_TEXTS,
    'cause',
    'stack',
    'asyncStack',
    'parent',
    'hasName',
  ]);
  private rows = 0;

  begin(): void {
    for (const name of Object.keys(this.table.columns) as DataColumn[]) this.table.push(name, Number.NaN);
    this.rows++;
  }

  set(name: DataColumn, value: number): void {
    this.table.columns[name].data[this.rows - 1] = value;
  }
}

/** Whatever stands there, unread. */
const ANYTHING: Shape = {
  number: () => {},
  text: () => {},
  flag: () => {},
  none: () => {},
  fields: {},
  get items() {
    return ANYTHING;
  },
};

/** Other tools have fields of the names that we know, with other things in them. */
function orAnything(shape: Shape): Shape {
  return { number: () => {}, text: () => {}, flag: () => {}, fields: {}, items: ANYTHING, ...shape };
}

/** The fields of a marker's data. */
export function dataFields(get: () => MarkerData): Record<string, Shape> {
  const fields: Record<string, Shape> = {};
  for (const name of DATA_NUMBERS) fields[name] = orAnything({ number: (value) => get().set(name, value) });
  for (const name of DATA_TEXTS) fields[name] = orAnything({ text: (id) => get().set(name, id) });
  fields['hasName'] = orAnything({ flag: (value) => get().set('hasName', value ? 1 : 0) });
  fields['parent'] = orAnything({ number: (value) => get().set('parent', value) });
  for (const name of ['cause', 'stack', 'asyncStack'] as const) {
    const stack = orAnything({ number: (value) => get().set(name, value) });
    fields[name] = orAnything({ fields: { stack } });
  }
  return fields;
}

/** An item of `markers.data`. */
export function dataShape(get: () => MarkerData): Shape {
  return { fields: dataFields(get), begin: () => get().begin(), none: () => get().begin() };
}

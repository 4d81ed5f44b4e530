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

/** Whatever else stands in a field that we know by name: other tools have fields of the same names. */
function ignoring(shape: Shape): Shape {
  return { number: () => {}, text: () => {}, flag: () => {}, fields: {}, items: {}, ...shape };
}

/** An item of `markers.data`. */
export function dataShape(get: () => MarkerData): Shape {
  const fields: Record<string, Shape> = {};
  for (const name of DATA_NUMBERS) fields[name] = ignoring({ number: (value) => get().set(name, value) });
  for (const name of DATA_TEXTS) fields[name] = ignoring({ text: (id) => get().set(name, id) });
  fields['hasName'] = ignoring({ flag: (value) => get().set('hasName', value ? 1 : 0) });
  fields['parent'] = ignoring({ number: (value) => get().set('parent', value) });
  for (const name of ['cause', 'stack', 'asyncStack'] as const) {
    fields[name] = ignoring({ fields: { stack: ignoring({ number: (value) => get().set(name, value) }) } });
  }
  return { fields, begin: () => get().begin(), none: () => get().begin() };
}

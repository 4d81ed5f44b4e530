import { Malformed } from './malformed.js';
import {
  NO_OPERATION,
  OPERATION_KIND_NAMES,
  OPERATION_SIDE_NAMES,
  type OperationTable,
} from './operations.js';

/** Durations in microseconds and sizes in bytes, NaN when not known. */
const AMOUNTS = ['queue', 'dns', 'connect', 'tls', 'firstByte', 'body', 'bytesIn', 'bytesOut'] as const;
const MAX_PORT = 65_535;

/** Throws `Malformed` at the first of the rows that breaks a rule other than that ids are of rows that are there. */
export function checkOperations({ columns }: OperationTable, first: number, end: number): void {
  for (let row = first; row < end; row++) {
    const wrong = wrongInRow(columns, row);
    if (wrong !== undefined) throw new Malformed(`operations row ${row}: ${wrong}`);
  }
}

function wrongInRow(columns: OperationTable['columns'], row: number): string | undefined {
  const kind = columns.kind.data[row];
  if (kind >= OPERATION_KIND_NAMES.length) return `kind ${kind}`;
  const side = columns.side.data[row];
  if (side >= OPERATION_SIDE_NAMES.length) return `side ${side}`;
  const port = columns.port.data[row];
  if (port > MAX_PORT) return `port ${port}`;
  const parent = columns.parent.data[row];
  if (parent >= row && parent !== NO_OPERATION) return `parent ${parent} is not before it`;
  if (columns.count.data[row] === 0) return 'it stands for none';
  const start = columns.start.data[row];
  const stop = columns.end.data[row];
  if (!isTime(start) || !isTime(stop)) return `it goes from ${start} to ${stop}`;
  if (stop < start) return 'it ends before it starts';
  for (const name of AMOUNTS) {
    const amount = columns[name].data[row];
    if (amount < 0 || amount === Number.POSITIVE_INFINITY) return `${name} ${amount}`;
  }
  return undefined;
}

/** Whole microseconds, or NaN for what is not known. */
function isTime(time: number): boolean {
  return Number.isSafeInteger(time) || Number.isNaN(time);
}

import { NO_OPERATION, OPERATION_KIND_NAMES } from '../../profile/operations.js';
import type { Profile } from '../../profile/profile.js';
import type { JsonOutput } from '../json/json-output.js';
import { OPERATION_NUMBERS, OPERATION_TEXTS } from './event.js';

/**
 * Writes each operation as an asynchronous slice of its own, its kind as the category. One whose start is not known
 * is an instant at its end; one that goes on has no end.
 */
export function* writeOperations(profile: Profile, out: JsonOutput): Generator<Uint8Array> {
  const { columns, length } = profile.operations;
  for (let row = 0; row < length; row++) {
    const start = columns.start.data[row];
    const end = columns.end.data[row];
    const common = commonJson(profile, row);
    const args = JSON.stringify(argsOf(profile, row));
    const write = (phase: string, time: number, json: string) => {
      out.raw(`,\n{"ph":"${phase}",${common},"ts":${time}${json === '' ? '' : `,"args":${json}`}}`);
    };
    if (!Number.isNaN(start)) {
      write('b', start, args);
      if (!Number.isNaN(end)) write('e', end, '');
    } else if (!Number.isNaN(end)) {
      write('n', end, args);
    }
    if (out.isFull) yield out.take();
  }
}

function commonJson({ operations, threads, processes }: Profile, row: number): string {
  const { kind, thread } = operations.columns;
  const kindName = OPERATION_KIND_NAMES[kind.data[row]];
  const json = JSON.stringify({
    cat: kindName,
    name: operations.name(row) || kindName,
    id: `0x${(row + 1).toString(16)}`,
    pid: processes.columns.pid.data[threads.columns.process.data[thread.data[row]]],
    tid: threads.columns.tid.data[thread.data[row]],
  });
  return json.slice(1, -1);
}

function argsOf({ operations, strings }: Profile, row: number): Record<string, string | number> {
  const { columns } = operations;
  const args: Record<string, string | number> = {};
  for (const name of OPERATION_TEXTS) {
    const text = strings.get(columns[name].data[row]);
    if (text !== '') args[name] = text;
  }
  for (const name of OPERATION_NUMBERS) {
    const value = columns[name].data[row];
    const isTold = name === 'attempts' || name === 'count' ? value > 1 : name !== 'port' || value > 0;
    if (isTold && Number.isFinite(value)) args[name] = value;
  }
  const parent = columns.parent.data[row];
  if (parent !== NO_OPERATION) args['parent'] = `0x${(parent + 1).toString(16)}`;
  return args;
}

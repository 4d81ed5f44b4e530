/** The functions of a report as a table for spreadsheets: RFC 4180, with a line of titles. */
import { type Selection, select } from '../../analysis/selection.js';
import { summarize } from '../../analysis/summary.js';
import { Unit } from '../../profile/series.js';
import type { Format, Holding } from '../format.js';
import { csvField } from './cells.js';

export const csv: Format = {
  name: 'csv',
  title: 'table of functions for spreadsheets',
  extensions: ['.csv'],
  keeps: 'self and total of every function of one event, its place, layer and package; no stacks',
  holds: new Set<Holding>(['weights', 'definitions', 'layers', 'packages']),
  verified: 'a CSV parser; numbers against report --json',
  *write(profile) {
    const encoder = new TextEncoder();
    for (const line of csvReport(select(profile))) yield encoder.encode(line);
  },
};

/** Lines of the table, heaviest by self first; `limit` rows at most. */
export function* csvReport(selection: Selection, limit = Number.POSITIVE_INFINITY): Generator<string> {
  const suffix = { [Unit.CpuNs]: 'ms', [Unit.WallNs]: 'ms', [Unit.Bytes]: 'bytes', [Unit.Count]: 'count' };
  const unit = suffix[selection.measure.unit];
  const place = ['function', 'file', 'line', 'column', 'layer', 'package'];
  yield row([...place, `self_${unit}`, `total_${unit}`, 'self_share', 'total_share']);
  for (const each of summarize(selection).functions.slice(0, limit)) {
    const { name, file, line, column, layer } = each;
    const weights = [each.selfMs, each.totalMs].map((value) => rounded(value, 6));
    const shares = [each.selfShare, each.totalShare].map((value) => rounded(value, 6));
    yield row([name, file, line, column, layer, each.package, ...weights, ...shares]);
  }
}

function row(fields: readonly (string | number | null)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

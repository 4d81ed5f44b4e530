import { fileWeights } from '../../analysis/files.js';
import type { FunctionWeight } from '../../analysis/functions.js';
import { layerWeights } from '../../analysis/layers.js';
import { packageWeights } from '../../analysis/packages.js';
import { processWeights } from '../../analysis/processes.js';
import { threadWeights } from '../../analysis/threads.js';
import type { Layer } from '../../profile/layers.js';
import { ROLE_NAMES } from '../../profile/threads.js';
import { visible } from '../terminal.js';
import { layerName, layerOf, paintLayer, type ReportContext } from './context.js';
import { count, duration, percent, shareOf, weight } from './numbers.js';
import { type TableColumn, table } from './table.js';

export const GROUPINGS = ['function', 'file', 'package', 'layer', 'thread', 'process'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export type SortKey = 'self' | 'total' | 'name';

/** Below this the column of self times gives its place to the names. */
const ROOMY = 100;
/** Below this the layer shows by its colour alone, and threads and processes without what they were charged. */
const TIGHT = 72;

/** Functions with their shares, layer and place of definition. */
export function functionTable(context: ReportContext, rows: readonly FunctionWeight[]): string[] {
  if (rows.length === 0) return [];
  const { selection, places, width, paint } = context;
  const labels = places.distinct(rows.map(({ func }) => func));
  const roomy = width >= ROOMY;
  const tight = width < TIGHT;
  const columns: TableColumn[] = [
    { title: 'self', align: 'right' },
    ...(roomy ? [{ title: '', align: 'right' } as const] : []),
    { title: 'total', align: 'right' },
    ...(tight ? [] : [{ title: 'layer', align: 'left' } as const]),
    { title: 'function', align: 'left', stretch: true },
    { title: 'where', align: 'left', stretch: true },
  ];
  const cells = rows.map(({ func, self, total }) => [
    percent(shareOf(selection, self)),
    ...(roomy ? [weight(selection, self)] : []),
    percent(shareOf(selection, total)),
    ...(tight ? [] : [layerName(layerOf(context, func))]),
    labels.get(func)!.name,
    labels.get(func)!.place,
  ]);
  const colour = (cell: string, column: number, row: number) => {
    const { title } = columns[column];
    if (title === 'where') return paint('dim', cell);
    if (title !== 'layer' && title !== 'function') return cell;
    return paintLayer(paint, layerOf(context, rows[row].func), cell);
  };
  return table(columns, cells, width, paint, colour);
}

/** A thread without samples is shown from this share of what the kernel charged all. */
const CHARGED_SHARE = 0.005;
/** A thread that was ready for so much longer than it ran makes the column of delays worth its room. */
const DELAYED_SHARE = 0.1;

/** Threads with what they are for, their samples, what the kernel charged them and how long it let them wait. */
export function threadTable(context: ReportContext): string[] {
  const { selection, split, width, paint, limit } = context;
  const blocked = (split ?? context.javascript?.split)?.blocked;
  const { threads, processes } = selection.profile;
  const known = threadWeights(selection);
  const charged = known.reduce((sum, { chargedNs }) => sum + (chargedNs || 0), 0);
  const shown = known
    .filter(({ samples, chargedNs }) => samples > 0 || (split && chargedNs >= CHARGED_SHARE * charged))
    .slice(0, limit ?? Number.POSITIVE_INFINITY);
  const rows = shown.map(({ thread, sampled, samples, chargedNs, delayNs }) => [
    samples > 0 ? percent(shareOf(selection, sampled)) : '–',
    samples > 0 ? weight(selection, sampled) : '–',
    blocked && blocked.threadSamples[thread] > 0 ? duration(blocked.threadWeights[thread]) : '–',
    Number.isNaN(chargedNs) ? '–' : duration(chargedNs),
    Number.isNaN(delayNs) ? '–' : duration(delayNs),
    ROLE_NAMES[threads.columns.role.data[thread]],
    visible(threads.name(thread)),
    String(threads.columns.tid.data[thread]),
    String(processes.columns.pid.data[threads.columns.process.data[thread]]),
  ]);
  const columns: TableColumn[] = [
    { title: 'share', align: 'right' },
    { title: selection.measure.quantity === 'cpu' ? 'CPU' : 'sampled', align: 'right' },
    { title: 'blocked', align: 'right' },
    { title: 'charged', align: 'right' },
    { title: 'no CPU', align: 'right' },
    { title: 'role', align: 'left' },
    { title: 'thread', align: 'left', stretch: true },
    { title: 'tid', align: 'right' },
    { title: 'process', align: 'right' },
  ];
  const delayed = shown.some(
    ({ chargedNs, delayNs }) => delayNs >= DELAYED_SHARE * chargedNs && delayNs >= 1e7,
  );
  const unshown = [...(blocked === undefined ? ['blocked'] : []), ...(delayed ? [] : ['no CPU'])];
  const [fit, cells] = withoutColumns(columns, rows, unshown);
  return table(...fittingColumns(fit, cells, width, ['charged', 'no CPU', 'process']), width, paint);
}

/** Processes with the sum of their threads. */
export function processTable({ selection, width, paint, limit }: ReportContext): string[] {
  const { processes } = selection.profile;
  const rows = processWeights(selection)
    .slice(0, limit ?? Number.POSITIVE_INFINITY)
    .map(({ process, sampled, threads, chargedNs }) => [
      percent(shareOf(selection, sampled)),
      weight(selection, sampled),
      Number.isNaN(chargedNs) ? '–' : duration(chargedNs),
      count(threads),
      String(processes.columns.pid.data[process]),
      exitWord(processes.columns.exit.data[process]),
      visible(processes.command(process)),
    ]);
  const columns: TableColumn[] = [
    { title: 'share', align: 'right' },
    { title: 'sampled', align: 'right' },
    { title: 'charged', align: 'right' },
    { title: 'threads', align: 'right' },
    { title: 'pid', align: 'right' },
    { title: 'exit', align: 'right' },
    { title: 'command', align: 'left', stretch: true },
  ];
  return table(...fittingColumns(columns, rows, width, ['charged', 'threads', 'exit']), width, paint);
}

/** Columns and rows; a tight terminal has no room for the columns that are named. */
function fittingColumns(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
  spared: readonly string[],
): [TableColumn[], string[][]] {
  return withoutColumns(columns, rows, width >= TIGHT ? [] : spared);
}

function withoutColumns(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  titles: readonly string[],
): [TableColumn[], string[][]] {
  const isShown = (_: unknown, i: number) => !titles.includes(columns[i].title);
  return [columns.filter(isShown), rows.map((cells) => cells.filter(isShown))];
}

function exitWord(exit: number): string {
  return Number.isNaN(exit) ? '–' : String(exit);
}

const ROWS = 30;

/** The one table that `--by` asks for. */
export function groupTable(context: ReportContext, by: Grouping, sort: SortKey): string[] {
  if (by === 'thread') return threadTable(context);
  if (by === 'process') return processTable(context);
  const limit = context.limit ?? ROWS;
  if (by === 'function') {
    const name = (weight: FunctionWeight) => context.places.name(weight.func);
    return functionTable(context, sorted(context.functions, sort, name).slice(0, limit));
  }
  const rows = sorted(namedRows(context, by), sort, ({ name }) => name).slice(0, limit);
  return namedTable(context, by, rows);
}

interface NamedRow {
  readonly name: string;
  readonly self: number;
  readonly total: number;
  readonly layer?: Layer;
}

function namedRows({ selection, places }: ReportContext, by: 'file' | 'package' | 'layer'): NamedRow[] {
  if (by === 'layer') return layerWeights(selection).map((row) => ({ ...row, name: layerName(row.layer) }));
  if (by === 'package') return packageWeights(selection).map((row) => ({ ...row, name: visible(row.name) }));
  const shorts = new Map<string, number>();
  const files = fileWeights(selection);
  for (const { name } of files) shorts.set(places.file(name), (shorts.get(places.file(name)) ?? 0) + 1);
  return files.map((row) => {
    const short = places.file(row.name);
    return { ...row, name: shorts.get(short) === 1 ? short : visible(row.name) };
  });
}

function namedTable(
  { selection, width, paint }: ReportContext,
  title: string,
  rows: readonly NamedRow[],
): string[] {
  const columns: TableColumn[] = [
    { title: 'self', align: 'right' },
    { title: '', align: 'right' },
    { title: 'total', align: 'right' },
    { title: '', align: 'right' },
    { title, align: 'left', stretch: true },
  ];
  const cells = rows.map(({ name, self, total }) => [
    percent(shareOf(selection, self)),
    weight(selection, self),
    percent(shareOf(selection, total)),
    weight(selection, total),
    name,
  ]);
  return table(columns, cells, width, paint);
}

function sorted<T extends { self: number; total: number }>(
  rows: readonly T[],
  key: SortKey,
  nameOf: (row: T) => string,
): T[] {
  if (key === 'name') return [...rows].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const other = key === 'self' ? 'total' : 'self';
  return [...rows].sort((a, b) => b[key] - a[key] || b[other] - a[other]);
}

/** The report as Markdown, to be pasted into an issue: CommonMark with GitHub's tables. */
import { type Selection, select } from '../../analysis/selection.js';
import { type Summary, summarize } from '../../analysis/summary.js';
import { count, duration, percent } from '../amounts.js';
import type { Format, Holding } from '../format.js';
import { shortSymbol } from '../short-symbol.js';
import { markdownText } from './cells.js';

export const markdown: Format = {
  name: 'markdown',
  title: 'report as Markdown, to paste into an issue',
  extensions: ['.md'],
  keeps: 'the culprit, layers, packages, threads, quality and the hottest functions of one event; no stacks',
  holds: new Set<Holding>(['weights', 'threads', 'definitions', 'layers', 'packages', 'quality']),
  verified: 'a CommonMark parser with tables; numbers against report --json',
  *write(profile) {
    const encoder = new TextEncoder();
    for (const piece of markdownReport(select(profile))) yield encoder.encode(piece);
  },
};

const ROWS = 20;

/** Pieces of the text; `limit` rows of each table at most. */
export function* markdownReport(selection: Selection, limit = ROWS): Generator<string> {
  const summary = summarize(selection);
  yield* heading(summary);
  yield* layers(summary);
  yield* packages(summary, limit);
  yield* functions(
    'Hottest functions by self',
    summary.functions.filter(({ selfMs }) => selfMs > 0).slice(0, limit),
  );
  yield* functions('Your code and packages by total', byTotal(summary).slice(0, limit));
  yield* threads(summary, limit);
  yield* notes(summary);
}

function* heading({ recording, totals, culprit }: Summary): Generator<string> {
  const { command, engine, durationMs, frequencyHz } = recording;
  yield `# ${markdownText(command ?? 'Recording')}\n\n`;
  const who = culprit && `**${placeText(culprit)}** with ${percent(culprit.share)} of all`;
  yield `Culprit: ${who ?? 'no single one'}.\n\n`;
  const rate = frequencyHz === null ? '' : `, ${count(frequencyHz)} samples a second`;
  yield `${markdownText(engine)}${rate}, ${duration(durationMs * 1e6)}; ${amount(totals.weightKind, totals.sampledMs)} in ${count(totals.samples)} samples.\n`;
}

function* layers({ layers, totals }: Summary): Generator<string> {
  const rows = layers.map(({ layer, share, selfMs }) => [
    layer,
    percent(share),
    amount(totals.weightKind, selfMs),
  ]);
  yield* table('By layer', ['layer', 'share', 'self'], rows);
}

function* packages({ packages, totals }: Summary, limit: number): Generator<string> {
  const rows = packages
    .slice(0, limit)
    .map(({ package: name, selfMs, totalMs }) => [
      name,
      amount(totals.weightKind, selfMs),
      amount(totals.weightKind, totalMs),
    ]);
  yield* table('By package', ['package', 'self', 'total'], rows);
}

type Row = Summary['functions'][number];

function byTotal({ functions }: Summary): Row[] {
  return functions
    .filter(({ layer }) => layer === 'application' || layer === 'dependency')
    .sort((a, b) => b.totalMs - a.totalMs || b.selfMs - a.selfMs);
}

function* functions(title: string, rows: readonly Row[]): Generator<string> {
  const cells = rows.map((row) => [
    nameOf(row),
    placeOf(row),
    row.layer,
    percent(row.selfShare),
    percent(row.totalShare),
  ]);
  yield* table(title, ['function', 'where', 'layer', 'self', 'total'], cells);
}

function* threads({ threads, totals }: Summary, limit: number): Generator<string> {
  const rows = threads
    .slice(0, limit)
    .map(({ name, role, tid, pid, sampledMs }) => [
      name,
      role,
      String(tid),
      String(pid),
      amount(totals.weightKind, sampledMs),
    ]);
  yield* table('Threads', ['thread', 'role', 'tid', 'process', 'sampled'], rows);
}

function* notes({ quality }: Summary): Generator<string> {
  if (quality.notes.length === 0) return;
  yield '\n## Quality\n\n';
  for (const { message, cure } of quality.notes) {
    yield `- ${markdownText(cure === '' ? message : `${message} → ${cure}`)}\n`;
  }
}

function* table(
  title: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): Generator<string> {
  if (rows.length === 0) return;
  yield `\n## ${title}\n\n${line(titles)}${line(
    titles.map(() => '---'),
    (cell) => cell,
  )}`;
  for (const row of rows) yield line(row);
}

function line(cells: readonly string[], text = markdownText): string {
  return `| ${cells.map(text).join(' | ')} |\n`;
}

function placeText(place: Pick<Row, 'name' | 'file' | 'line' | 'column'>): string {
  const where = placeOf(place);
  return markdownText(nameOf(place) + (where === '' ? '' : ` (${where})`));
}

function nameOf({ name, line }: Pick<Row, 'name' | 'line'>): string {
  return line === null ? shortSymbol(name) || name : name;
}

function placeOf({ file, line, column }: Pick<Row, 'file' | 'line' | 'column'>): string {
  const modules = file?.lastIndexOf('/node_modules/') ?? -1;
  const short = modules >= 0 ? file!.slice(modules + '/node_modules/'.length) : (file ?? '');
  return [short, line, column].filter((part) => part !== '' && part !== null).join(':');
}

function amount(kind: Summary['totals']['weightKind'], value: number): string {
  if (kind === 'cpu' || kind === 'wall') return duration(value * 1e6);
  return kind === 'bytes' ? `${count(value)} B` : count(value);
}

import { heaviestStack, type StackLine } from '../../analysis/heaviest-stack.js';
import { FrameKind } from '../../profile/frames.js';
import { layerName, layerOf, paintLayer, type ReportContext } from './context.js';
import { percent, shareOf } from './numbers.js';
import type { Section } from './sections.js';
import { type TableColumn, table } from './table.js';

/** Longer stacks lose lines from their middle: the beginning tells where from, the end what. */
const HEAD = 6;
const TAIL = 14;

/** The stack with the most weight, outermost first. */
export function stackSection(context: ReportContext): Section {
  const { selection } = context;
  const stack = heaviestStack(selection);
  if (stack === undefined) return { title: '', lines: [] };
  return {
    title: `Heaviest stack: ${percent(shareOf(selection, stack.weight))} was exactly here; shares are of each line with all below it`,
    lines: elided(context, stack.lines),
  };
}

function elided(context: ReportContext, lines: readonly StackLine[]): string[] {
  const left = lines.length - HEAD - TAIL;
  if (left <= 1) return stackTable(context, lines);
  const drawn = stackTable(context, [...lines.slice(0, HEAD), ...lines.slice(-TAIL)]);
  const gap = context.paint('dim', `          … ${left} more …`);
  return [...drawn.slice(0, HEAD), gap, ...drawn.slice(HEAD)];
}

function stackTable(context: ReportContext, lines: readonly StackLine[]): string[] {
  const { selection, places, width, paint } = context;
  const isCall = (key: number) => key < selection.profile.functions.length;
  const rows = lines.map(({ key, total }) => [
    percent(shareOf(selection, total)),
    isCall(key) ? layerName(layerOf(context, key)) : '',
    isCall(key) ? places.name(key) : markerWords(key - selection.profile.functions.length),
    isCall(key) ? places.place(key) : '',
  ]);
  const columns: TableColumn[] = [
    { title: '', align: 'right' },
    { title: '', align: 'left' },
    { title: '', align: 'left', stretch: true },
    { title: '', align: 'left', stretch: true },
  ];
  const colour = (cell: string, column: number, row: number) => {
    if (column === 0) return cell;
    if (column === 3 || !isCall(lines[row].key)) return paint('dim', cell);
    return paintLayer(paint, layerOf(context, lines[row].key), cell);
  };
  return table(columns, rows, width, paint, colour);
}

/** What a marker at a stack's root means. */
export function markerWords(kind: FrameKind): string {
  if (kind === FrameKind.Truncated) return '(callers cut by the depth limit)';
  if (kind === FrameKind.Broken) return '(callers not known: the chain broke)';
  return kind === FrameKind.Async ? '(started asynchronously by the above)' : '(idle)';
}

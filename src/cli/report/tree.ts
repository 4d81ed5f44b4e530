import {
  type CallNode,
  calleesFirst,
  callersFirst,
  markerKind,
  mergeStacks,
} from '../../analysis/call-tree.js';
import { FrameKind } from '../../profile/frames.js';
import { alignRight, shortenMiddle, textWidth } from '../terminal.js';
import { layerOf, paintLayer, type ReportContext } from './context.js';
import { percent, shareOf } from './numbers.js';
import { markerWords } from './stack.js';

const LINES = 80;
/** Smaller branches are left out. */
const SMALLEST = 0.01;
/** Inverted, who calls is told this far up: beyond, all callers are the event loop's. */
const MOST_CALLERS = 12;
/** A share takes seven columns: `100.0 %`. */
const SHARE_WIDTH = 7;

interface Branch {
  readonly node: CallNode;
  /** What stands before the function's name. */
  readonly lead: string;
  /** What stands before its children's. */
  readonly stem: string;
  readonly depth: number;
}

/**
 * The call tree, heaviest branches first. A function with one heavy branch is followed straight down, so that only
 * forks move to the right.
 */
export function treeLines(context: ReportContext, inverted: boolean): string[] {
  const { selection, limit = LINES, paint } = context;
  const tree = mergeStacks(selection, { foldRecursion: true });
  const roots = inverted ? calleesFirst(tree) : callersFirst(tree);
  const lines = [paint('dim', `${alignRight('total', SHARE_WIDTH)}  ${alignRight('self', SHARE_WIDTH)}`)];
  const pending = branches(context, roots, { stem: '', depth: 0 }).reverse();
  while (pending.length > 0 && lines.length <= limit) {
    const branch = pending.pop()!;
    lines.push(treeLine(context, branch, markerKind(tree, branch.node.key)));
    if (inverted && branch.depth >= MOST_CALLERS) continue;
    pending.push(...branches(context, branch.node.children(), branch).reverse());
  }
  if (pending.length > 0)
    lines.push(paint('dim', `… more below; --limit ${limit * 2} shows ${limit * 2} lines`));
  return lines;
}

function branches(
  { selection }: ReportContext,
  nodes: readonly CallNode[],
  { stem, depth }: Pick<Branch, 'stem' | 'depth'>,
): Branch[] {
  const shown = nodes.filter(({ total }) => shareOf(selection, total) >= SMALLEST);
  return shown.map((node, i) => {
    const isLast = i === shown.length - 1;
    const [lead, under] = shown.length === 1 ? ['', ''] : isLast ? ['└ ', '  '] : ['├ ', '│ '];
    return { node, lead: stem + lead, stem: stem + under, depth: depth + 1 };
  });
}

function treeLine(context: ReportContext, { node, lead }: Branch, kind: FrameKind): string {
  const { selection, places, width, paint } = context;
  const own = shareOf(selection, node.self);
  const numbers = `${alignRight(percent(shareOf(selection, node.total)), SHARE_WIDTH)}  ${alignRight(own < 0.0005 ? '' : percent(own), SHARE_WIDTH)}  `;
  const room = width - textWidth(numbers);
  // A deep fork must leave room for a name: the left of its stem goes.
  const stem = lead.length > room / 2 ? `…${lead.slice(-Math.floor(room / 2) + 1)}` : lead;
  const left = room - textWidth(stem);
  if (kind !== FrameKind.Call)
    return `${numbers}${paint('dim', stem + shortenMiddle(markerWords(kind), left))}`;
  const name = shortenMiddle(places.name(node.key), left);
  const spare = left - textWidth(name) - 2;
  const place = spare >= 12 ? `  ${shortenMiddle(places.place(node.key), spare)}` : '';
  const painted = paintLayer(paint, layerOf(context, node.key), name);
  return `${numbers}${paint('dim', stem)}${painted}${paint('dim', place)}`.trimEnd();
}

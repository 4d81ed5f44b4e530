import { FrameKind } from '../profile/frames.js';
import type { FunctionId } from '../profile/functions.js';
import { StackTable } from '../profile/stacks.js';
import { NO_FUNCTION } from './own-functions.js';
import type { Selection } from './selection.js';

/**
 * Stacks merged by function, whatever the line that ran. `nodes` is a prefix tree whose `frame` column holds what
 * each node is: a function's id, or for a marker its kind added to `markerBase`.
 */
export interface CallTree {
  readonly nodes: StackTable;
  /** Weight of the samples that end at each node, in the selection's unit. */
  readonly self: Float64Array;
  /** Weight of the samples that end at each node or below. */
  readonly total: Float64Array;
  readonly markerBase: number;
}

export interface MergeOptions {
  /** Whether a function has nodes of its own; what it did is its caller's otherwise. Default: all have. */
  readonly keep?: (func: FunctionId) => boolean;
  /** Merge a function that calls itself directly with its caller. */
  readonly foldRecursion?: boolean;
  /** Leave out the markers of cut and broken stacks. */
  readonly dropMarkers?: boolean;
}

/** Merges the selected stacks from the root down. */
export function mergeStacks(selection: Selection, options: MergeOptions = {}): CallTree {
  const { profile, stacks } = selection;
  const { depth, func } = stacks;
  const keyOf = rowKeys(selection, options);
  const nodes = new StackTable();
  const own: number[] = [0];
  const path: number[] = [0];
  for (let row = 0; row < stacks.length; row++) {
    const caller = row === 0 ? 0 : path[depth[row] - 1];
    const key = row === 0 ? NO_FUNCTION : keyOf(row);
    const folded = options.foldRecursion && caller !== 0 && nodes.columns.frame.data[caller] === func[row];
    const node = key === NO_FUNCTION || folded ? caller : nodes.intern(caller, key);
    path[depth[row]] = node;
    own[node] = (own[node] ?? 0) + stacks.self[row];
  }
  const self = Float64Array.from(own);
  return { nodes, self, total: subtreeTotals(nodes, self), markerBase: profile.functions.length };
}

function rowKeys(selection: Selection, options: MergeOptions): (row: number) => number {
  const { profile, stacks } = selection;
  const frameOf = profile.stacks.columns.frame.data;
  const markerBase = profile.functions.length;
  return (row) => {
    const func = stacks.func[row];
    if (func !== NO_FUNCTION) return options.keep && !options.keep(func) ? NO_FUNCTION : func;
    return options.dropMarkers ? NO_FUNCTION : markerBase + profile.frames.kind(frameOf[stacks.stack[row]]);
  };
}

function subtreeTotals(nodes: StackTable, self: Float64Array): Float64Array {
  const totals = self.slice();
  const parents = nodes.columns.parent.data;
  for (let id = totals.length - 1; id > 0; id--) totals[parents[id]] += totals[id];
  return totals;
}

/** A node of a tree that is unfolded as it is looked at. */
export interface CallNode {
  /** The function, or `markerBase` and more for a marker. */
  readonly key: number;
  /** Top-down: weight at or below the node. Inverted: weight of the path from the innermost function to here. */
  readonly total: number;
  /** The part of `total` that goes no further. */
  readonly self: number;
  /** Heaviest first. */
  children(): CallNode[];
}

/** The outermost functions, unfolding towards their callees. */
export function callersFirst(tree: CallTree): CallNode[] {
  const { parent, frame } = tree.nodes.columns;
  const childrenOf: number[][] = Array.from({ length: tree.nodes.length }, () => []);
  for (let id = 1; id < tree.nodes.length; id++) childrenOf[parent.data[id]].push(id);
  const unfold = (at: number): CallNode[] =>
    childrenOf[at]
      .map((id) => ({
        key: frame.data[id],
        total: tree.total[id],
        self: tree.self[id],
        children: () => unfold(id),
      }))
      .sort(byWeight);
  return unfold(0);
}

/** The innermost functions, unfolding towards their callers. */
export function calleesFirst(tree: CallTree): CallNode[] {
  const ends: PathEnd[] = [];
  for (let id = 1; id < tree.nodes.length; id++) {
    if (tree.self[id] > 0) ends.push({ at: id, weight: tree.self[id] });
  }
  return groupByFunction(tree, ends);
}

/** A path of the inverted tree that has reached node `at` of the tree, and the weight it carries. */
interface PathEnd {
  readonly at: number;
  readonly weight: number;
}

function groupByFunction(tree: CallTree, ends: readonly PathEnd[]): CallNode[] {
  const { parent, frame } = tree.nodes.columns;
  const groups = new Map<number, PathEnd[]>();
  for (const end of ends) {
    const key = frame.data[end.at];
    const group = groups.get(key);
    if (group) group.push(end);
    else groups.set(key, [end]);
  }
  return [...groups]
    .map(([key, group]) => {
      const callers = group
        .map(({ at, weight }) => ({ at: parent.data[at], weight }))
        .filter(({ at }) => at !== 0);
      const total = weightOf(group);
      const children = () => groupByFunction(tree, callers);
      return { key, total, self: total - weightOf(callers), children };
    })
    .sort(byWeight);
}

function weightOf(ends: readonly PathEnd[]): number {
  return ends.reduce((sum, end) => sum + end.weight, 0);
}

function byWeight(a: CallNode, b: CallNode): number {
  return b.total - a.total || a.key - b.key;
}

/** What is wrong above a marker node, `Call` for a node that is a function. */
export function markerKind(tree: CallTree, key: number): FrameKind {
  return key < tree.markerBase ? FrameKind.Call : key - tree.markerBase;
}

import type { FlameTree } from './flame-tree.js';

/** The boxes that are drawn, a caller before its callees and its whole subtree next to it. */
export interface Layout {
  readonly length: number;
  readonly node: Uint32Array;
  readonly depth: Uint32Array;
  /** In the tree's weight, from the left. */
  readonly start: Float64Array;
  readonly deepest: number;
  /** Nodes that are too narrow, or below such a one. */
  readonly leftOut: number;
}

/** Places siblings by name, as all flame graphs do, so that two of them can be compared; those below `least` weight go. */
export function layOut(tree: FlameTree, least: number): Layout {
  const { nodes, totals } = tree;
  const { length } = nodes;
  const parents = nodes.columns.parent.data;
  const { first, next } = siblingsByName(tree);
  const layout = {
    length: 0,
    node: new Uint32Array(length),
    depth: new Uint32Array(length),
    start: new Float64Array(length),
    deepest: 0,
    leftOut: 0,
  };
  const depths = new Uint32Array(length);
  /** Where the next child of each node begins. */
  const ends = new Float64Array(length);
  const pending = [0];
  while (pending.length > 0) {
    const node = pending.pop()!;
    const start = node === 0 ? 0 : ends[parents[node]];
    if (node !== 0) {
      ends[parents[node]] += totals[node];
      depths[node] = depths[parents[node]] + 1;
      if (next[node] !== 0) pending.push(next[node]);
    }
    if (totals[node] < least && node !== 0) continue;
    ends[node] = start;
    layout.node[layout.length] = node;
    layout.depth[layout.length] = depths[node];
    layout.start[layout.length] = start;
    layout.deepest = Math.max(layout.deepest, depths[node]);
    layout.length++;
    if (first[node] !== 0) pending.push(first[node]);
  }
  return { ...layout, leftOut: length - layout.length };
}

/** Each node's first child and next sibling, 0 for none. */
function siblingsByName({ nodes, boxes }: FlameTree): { first: Uint32Array; next: Uint32Array } {
  const { parent, frame } = nodes.columns;
  const ranks = ranksByName(boxes);
  const order = byRank(nodes.length, (node) => ranks[frame.data[node]], boxes.length);
  const first = new Uint32Array(nodes.length);
  const next = new Uint32Array(nodes.length);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    if (node === 0) continue;
    next[node] = first[parent.data[node]];
    first[parent.data[node]] = node;
  }
  return { first, next };
}

function ranksByName(boxes: FlameTree['boxes']): Uint32Array {
  const names = boxes.map(({ name, details }) => `${name}\n${details.join('\n')}`);
  const order = Uint32Array.from(names.keys()).sort((a, b) =>
    names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b,
  );
  const ranks = new Uint32Array(names.length);
  order.forEach((box, rank) => {
    ranks[box] = rank;
  });
  return ranks;
}

/** The numbers below `length`, in order of their rank: a counting sort. */
function byRank(length: number, rankOf: (node: number) => number, ranks: number): Uint32Array {
  const places = new Uint32Array(ranks + 1);
  for (let node = 0; node < length; node++) places[rankOf(node) + 1]++;
  for (let rank = 0; rank < ranks; rank++) places[rank + 1] += places[rank];
  const order = new Uint32Array(length);
  for (let node = 0; node < length; node++) order[places[rankOf(node)]++] = node;
  return order;
}

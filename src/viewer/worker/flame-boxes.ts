import type { CallTree } from '../../analysis/call-tree.js';
import { type Boxes, NO_BOX } from './boxes.js';

/** Lays out a merged call tree, the heaviest callee first; what is a function's own lies behind its callees. */
export function flameBoxes({ nodes, self, total }: CallTree): Boxes {
  const count = self.length - 1;
  const { first, children } = childrenByWeight(nodes.columns.parent.data, total);
  const frames = nodes.columns.frame.data;
  const boxes = {
    from: new Float64Array(count),
    to: new Float64Array(count),
    key: new Uint32Array(count),
    self: new Float64Array(count),
    parent: new Uint32Array(count),
  };
  const nodeOf = new Uint32Array(count);
  let filled = 0;
  const addChildren = (node: number, box: number, from: number) => {
    let at = from;
    for (let i = first[node]; i < first[node + 1]; i++) {
      const child = children[i];
      nodeOf[filled] = child;
      boxes.from[filled] = at;
      at += total[child];
      boxes.to[filled] = at;
      boxes.key[filled] = frames[child];
      boxes.self[filled] = self[child];
      boxes.parent[filled++] = box;
    }
  };
  addChildren(0, NO_BOX, 0);
  const levels = [0];
  for (let done = 0; done < filled; ) {
    const end = filled;
    levels.push(end);
    for (; done < end; done++) addChildren(nodeOf[done], done, boxes.from[done]);
  }
  return { ...boxes, levels: Uint32Array.from(levels), start: 0, end: total[0] };
}

/** The children of each node, heaviest first: those of `id` are `children[first[id]]` up to `first[id + 1]`. */
function childrenByWeight(parents: Uint32Array, total: Float64Array) {
  const first = new Uint32Array(total.length + 1);
  for (let id = 1; id < total.length; id++) first[parents[id] + 1]++;
  for (let id = 0; id < total.length; id++) first[id + 1] += first[id];
  const children = new Uint32Array(Math.max(0, total.length - 1));
  const next = first.slice();
  for (let id = 1; id < total.length; id++) children[next[parents[id]]++] = id;
  const heaviestFirst = (a: number, b: number) => total[b] - total[a] || a - b;
  for (let id = 0; id < total.length; id++) {
    if (first[id + 1] - first[id] > 1) children.subarray(first[id], first[id + 1]).sort(heaviestFirst);
  }
  return { first, children };
}

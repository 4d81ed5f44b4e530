import { U32Column } from '../../profile/columns.js';
import { Malformed } from '../../profile/malformed.js';
import { IdPlaces } from './id-places.js';
import type { V8Node } from './v8-node.js';

/** Nodes of one profile; a Map of ids holds no more than 2 to the power of 24. */
const MAX_NODES = 8_388_608;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The nodes of a profile as its file lists them, until all are there and each knows its caller. */
export class NodeList {
  private readonly nodes: Mutable<V8Node>[] = [];
  private readonly ids: number[] = [];
  /** By node: the id of its caller, undefined where the caller tells. */
  private readonly callers: (number | undefined)[] = [];
  private readonly children: number[] = [];
  /** By node: where its part of `children` ends. */
  private readonly childEnds = new U32Column();
  private readonly indexOf = new Map<number, number>();

  get length(): number {
    return this.nodes.length;
  }

  /**
   * Adds the next node, all but its caller and depth. It is named by `children` of its caller (Node) or names the
   * caller by `parent` (Chrome's trace chunks).
   */
  add(
    node: Omit<V8Node, 'parent' | 'depth'>,
    id: number,
    caller: number | undefined,
    children: readonly number[],
  ): void {
    const index = this.nodes.length;
    if (index === MAX_NODES) throw new Malformed(`there are more than ${MAX_NODES} nodes`);
    if (this.indexOf.has(id)) {
      throw new Malformed(`nodes[${index}].id ${id} was given to another node before`);
    }
    this.indexOf.set(id, index);
    this.ids.push(id);
    this.nodes.push({ ...node, parent: -1, depth: 0 });
    this.callers.push(caller);
    for (const child of children) this.children.push(child);
    this.childEnds.push(this.children.length);
  }

  /**
   * Puts the nodes into an order in which callers come before callees. Returns them and the place of each id. No
   * more are added after it.
   * @throws Malformed when ids name nothing, a node has two callers or is its own
   */
  callersFirst(): { nodes: readonly V8Node[]; places: IdPlaces } {
    if (this.nodes.length === 0) throw new Malformed('nodes is empty');
    const parents = this.parents();
    const order = topDown(parents);
    const places = new Int32Array(order.length);
    const nodes: V8Node[] = [];
    for (const index of order) {
      const node = this.nodes[index];
      node.parent = parents[index] === -1 ? -1 : places[parents[index]];
      node.depth = node.parent === -1 ? 0 : nodes[node.parent].depth + 1;
      places[index] = nodes.push(node) - 1;
    }
    for (const [id, index] of this.indexOf) this.indexOf.set(id, places[index]);
    return { nodes, places: new IdPlaces(this.indexOf) };
  }

  /** Index of each node's caller, -1 for roots. */
  private parents(): Int32Array {
    const parents = new Int32Array(this.nodes.length).fill(-1);
    let at = 0;
    for (let index = 0; index < this.nodes.length; index++) {
      const caller = this.callers[index];
      if (caller !== undefined) {
        const field = `nodes[${index}].parent`;
        adopt(parents, index, this.known(caller, field), field);
      }
      const first = at;
      for (; at < this.childEnds.data[index]; at++) {
        const field = `nodes[${index}].children[${at - first}]`;
        adopt(parents, this.known(this.children[at], field), index, field);
      }
    }
    return parents;
  }

  private known(id: number, field: string): number {
    const index = this.indexOf.get(id);
    if (index === undefined) throw new Malformed(`${field} names node ${id}, which is not there`);
    return index;
  }
}

function adopt(parents: Int32Array, child: number, parent: number, field: string): void {
  if (parents[child] !== -1 && parents[child] !== parent) {
    throw new Malformed(`${field}: nodes[${child}] has another caller already`);
  }
  parents[child] = parent;
}

/** The indices with callers before callees. */
function topDown(parents: Int32Array): Uint32Array {
  const order = new Uint32Array(parents.length);
  const placed = new Uint8Array(parents.length);
  const onPath = new Uint8Array(parents.length);
  let count = 0;
  for (let i = 0; i < parents.length; i++) {
    const path: number[] = [];
    for (let at = i; at !== -1 && placed[at] === 0; at = parents[at]) {
      if (onPath[at] === 1) throw new Malformed(`nodes[${at}] is its own caller`);
      onPath[at] = 1;
      path.push(at);
    }
    for (let k = path.length - 1; k >= 0; k--) {
      placed[path[k]] = 1;
      order[count++] = path[k];
    }
  }
  return order;
}

import type { StackId } from '../../profile/stacks.js';
import { PERF_DATA_LIMITS } from './limits.js';

/** Words of a node: parent, low and high half of the entry, stack. */
export const NODE_WORDS = 4;
const FIRST_NODES = 1 << 10;

/**
 * Callers' chains as they were recorded, as a prefix tree of (parent node, entry) with the stack that each stands
 * for, so that a chain seen before is turned into its stack without naming one address. A chain's nodes get ids in
 * sequence, so that following it again mostly reads the next row. Node 0 is nothing; nodes with parent 0 are the
 * roots. At its limit the tree is emptied.
 */
export class ChainTrie {
  /** Rows of NODE_WORDS, with at least one to spare, so that a row's next can be read. Replaced when it grows. */
  nodes = new Uint32Array(FIRST_NODES * NODE_WORDS);
  /** Changes when node ids given before mean nothing any more. */
  generation = 0;
  private slots = new Uint32Array(FIRST_NODES * 2);
  private length = 1;

  /** The node below `parent` by this entry, 0 when there is none. */
  find(parent: number, lo: number, hi: number): number {
    const { nodes, slots } = this;
    const mask = slots.length - 1;
    for (let slot = hashOf(parent, lo, hi) & mask; ; slot = (slot + 1) & mask) {
      const node = slots[slot];
      if (node === 0) return 0;
      const at = node * NODE_WORDS;
      if (nodes[at + 1] === lo && nodes[at] === parent && nodes[at + 2] === hi) return node;
    }
  }

  /** Adds a node that `find` did not know. */
  add(parent: number, lo: number, hi: number, stack: StackId): number {
    if ((this.length + 1) * NODE_WORDS >= this.nodes.length) this.grow();
    const { nodes } = this;
    const node = this.length++;
    const at = node * NODE_WORDS;
    nodes[at] = parent;
    nodes[at + 1] = lo;
    nodes[at + 2] = hi;
    nodes[at + 3] = stack;
    this.insert(node);
    return node;
  }

  stack(node: number): StackId {
    return this.nodes[node * NODE_WORDS + 3];
  }

  /** Empties a tree that has reached its limit. To be called between chains, which add some nodes more. */
  keepWithinLimit(): void {
    if (this.length < PERF_DATA_LIMITS.cachedCallers) return;
    this.length = 1;
    this.slots.fill(0);
    this.nodes.fill(0);
    this.generation++;
  }

  private insert(node: number): void {
    const { nodes, slots } = this;
    const mask = slots.length - 1;
    const at = node * NODE_WORDS;
    let slot = hashOf(nodes[at], nodes[at + 1], nodes[at + 2]) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = node;
  }

  private grow(): void {
    const nodes = new Uint32Array(this.nodes.length * 2);
    nodes.set(this.nodes);
    this.nodes = nodes;
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let node = 1; node < this.length; node++) this.insert(node);
  }
}

function hashOf(parent: number, lo: number, hi: number): number {
  let hash = Math.imul(lo, 0x9e3779b1) ^ Math.imul(parent, 0x85ebca6b) ^ Math.imul(hi, 0x27d4eb2f);
  hash ^= hash >>> 15;
  return hash;
}

import { U32Column } from './columns.js';
import type { FrameId } from './frames.js';

/** Index of a node in the prefix tree; the path from it to the root is the stack, callee first. */
export type StackId = number;

/** The empty stack. */
export const ROOT: StackId = 0;

/**
 * All stacks as one prefix tree of (parent, frame) nodes. A parent's id is always less than its child's, so one
 * pass from the end to the start adds children to parents without recursion. Node 0 is the root: it has no
 * frame (its columns hold 0).
 */
export class StackTable {
  readonly columns = { parent: new U32Column(), frame: new U32Column() };
  private slots = new Uint32Array(1024);
  /** Nodes that are in `slots`; those read from a file are entered when first looked for. */
  private indexed = 1;

  constructor() {
    this.columns.parent.push(0);
    this.columns.frame.push(0);
  }

  get length(): number {
    return this.columns.parent.length;
  }

  /** The stack that is `parent` having called `frame`. */
  intern(parent: StackId, frame: FrameId): StackId {
    if (this.indexed < this.length) this.rebuild();
    const parents = this.columns.parent.data;
    const frames = this.columns.frame.data;
    const mask = this.slots.length - 1;
    let slot = hashOf(parent, frame) & mask;
    for (let id = this.slots[slot]; id !== 0; id = this.slots[slot]) {
      if (parents[id] === parent && frames[id] === frame) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.length;
    this.columns.parent.push(parent);
    this.columns.frame.push(frame);
    this.slots[slot] = id;
    this.indexed = id + 1;
    if (id * 2 > this.slots.length) this.rebuild();
    return id;
  }

  /** Number of frames from the root. */
  depth(id: StackId): number {
    let depth = 0;
    for (let at = id; at !== ROOT; at = this.columns.parent.data[at]) depth++;
    return depth;
  }

  /** Enters all nodes anew, into a table of at least twice their number. */
  private rebuild(): void {
    let size = this.slots.length;
    while (size < this.length * 2) size *= 2;
    const slots = new Uint32Array(size);
    const mask = slots.length - 1;
    const { length } = this;
    const parents = this.columns.parent.data;
    const frames = this.columns.frame.data;
    for (let id = 1; id < length; id++) {
      let slot = hashOf(parents[id], frames[id]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
    this.indexed = length;
  }
}

function hashOf(parent: number, frame: number): number {
  let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b);
  hash ^= hash >>> 15;
  return hash >>> 0;
}

import { U32Column } from '../../profile/columns.js';
import type { StackId } from '../../profile/stacks.js';
import type { V8Node } from './v8-node.js';
import type { V8Stacks } from './v8-stacks.js';

/**
 * The stack of each sample, with the line that was executing where the file tells lines. It tells how many of a
 * node's samples were at which line but not which of them: the lines are spread evenly over the samples, so that each
 * has as many as it should in the whole and nearly so in every part.
 */
export class SampleStacks {
  /** By node: the first of its lines. A node without lines has one, 0. */
  private readonly first: Uint32Array;
  private readonly lines = new U32Column();
  /** By line: the sum of its node's ticks up to and with it. */
  private readonly sums: number[] = [];
  /** By line: the stack, -1 until it was asked for. */
  private readonly stackIds: Int32Array;
  /** By node: samples so far, and the stride from the tick of one to that of the next. */
  private readonly given: Float64Array;
  private readonly strides: Float64Array;

  constructor(
    nodes: readonly V8Node[],
    private readonly stacks: V8Stacks,
  ) {
    this.first = new Uint32Array(nodes.length + 1);
    this.given = new Float64Array(nodes.length);
    this.strides = new Float64Array(nodes.length);
    nodes.forEach(({ ticks = [{ line: 0, ticks: 1 }] }, node) => {
      let sum = 0;
      for (const each of ticks) {
        sum += each.ticks;
        this.lines.push(each.line);
        this.sums.push(sum);
      }
      this.strides[node] = strideOf(sum);
      this.first[node + 1] = this.lines.length;
    });
    this.stackIds = new Int32Array(this.lines.length).fill(-1);
  }

  /** The stack of the next sample of a node. */
  next(node: number): StackId {
    const first = this.first[node];
    const last = this.first[node + 1] - 1;
    return first === last ? this.stackAt(node, first) : this.stackAt(node, this.lineOf(node, first, last));
  }

  /** Calls `take` with each line's stack and how many of the node's hits were there. */
  forEach(node: number, hits: number, take: (stack: StackId, hits: number) => void): void {
    let left = hits;
    for (let slot = this.first[node]; slot < this.first[node + 1] - 1; slot++) {
      const before = slot === this.first[node] ? 0 : this.sums[slot - 1];
      const here = Math.min(left, this.sums[slot] - before);
      if (here > 0) take(this.stackAt(node, slot), here);
      left -= here;
    }
    if (left > 0) take(this.stackAt(node, this.first[node + 1] - 1), left);
  }

  private lineOf(node: number, first: number, last: number): number {
    const total = this.sums[last];
    // A stride that has no factor in common with the total comes by every tick once.
    const tick = ((this.given[node]++ % total) * this.strides[node]) % total;
    let slot = first;
    while (slot < last && this.sums[slot] <= tick) slot++;
    return slot;
  }

  private stackAt(node: number, slot: number): StackId {
    if (this.stackIds[slot] < 0) this.stackIds[slot] = this.stacks.stackOf(node, this.lines.data[slot]);
    return this.stackIds[slot];
  }
}

/** A number near the golden section of `total` that is coprime to it; 1 where the product would not be exact. */
function strideOf(total: number): number {
  if (total > 2 ** 26) return 1;
  let stride = Math.max(1, Math.round(total * 0.618));
  while (divisor(stride, total) > 1) stride++;
  return stride;
}

function divisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

import type { FrameId } from '../../profile/frames.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId } from '../../profile/stacks.js';

/** A table of stacks: rows of (row of the caller, frame). */
export interface StackSource {
  readonly length: number;
  /** NaN or below 0 at a root. */
  prefix(row: number): number;
  frame(row: number): FrameId;
  /** Whether a row and its caller are one frame, that of the row. */
  replacesCaller?(row: number, caller: number): boolean;
}

const UNKNOWN = 0xffffffff;

/** Turns rows of a table of stacks into stacks of the model, those that are asked for. */
export class StackRows {
  private readonly known: Uint32Array;

  constructor(
    private readonly profile: Profile,
    private readonly source: StackSource,
    /** Whose table it is, for messages. */
    private readonly owner: string,
  ) {
    this.known = new Uint32Array(source.length).fill(UNKNOWN);
  }

  stackOf(row: number): StackId {
    const path: number[] = [];
    let at = this.checked(row);
    while (at >= 0 && this.known[at] === UNKNOWN) {
      path.push(at);
      at = this.caller(at);
    }
    let stack = at < 0 ? ROOT : this.known[at];
    for (let i = path.length - 1; i >= 0; i--) {
      const caller = this.caller(path[i]);
      const isOne = caller >= 0 && this.source.replacesCaller?.(path[i], caller) === true;
      const below = isOne ? this.profile.stacks.columns.parent.data[stack] : stack;
      stack = this.profile.stacks.intern(below, this.source.frame(path[i]));
      this.known[path[i]] = stack;
    }
    return stack;
  }

  private checked(row: number): number {
    if (Number.isInteger(row) && row >= 0 && row < this.known.length) return row;
    throw new Malformed(`${this.owner}: stack ${row} is asked for, and there are ${this.known.length}`);
  }

  private caller(row: number): number {
    const prefix = this.source.prefix(row);
    if (Number.isNaN(prefix) || prefix < 0) return -1;
    if (Number.isInteger(prefix) && prefix < row) return prefix;
    throw new Malformed(`${this.owner}: the caller of stack ${row} is ${prefix}, which is not before it`);
  }
}

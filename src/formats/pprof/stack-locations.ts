import { U32Column } from '../../profile/columns.js';
import { type FrameId, FrameKind } from '../../profile/frames.js';
import type { MappingId } from '../../profile/mappings.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT, type StackId, StackTable } from '../../profile/stacks.js';

/**
 * The locations of stacks: a function with those that were inlined into it, of one mapping. A location is a node of
 * a tree of (what it was inlined into, frame), and its id in the file is its place in the order of first use.
 */
export class StackLocations {
  /** The nodes that samples use, by id less one. */
  readonly used = new U32Column();
  readonly nodes = new StackTable();
  /** By stack: the node of its innermost location, 0 when it was not asked for. */
  private readonly nodeOf: Uint32Array;
  /** By stack: the caller of that location as a stack. */
  private readonly callerOf: Uint32Array;
  /** By node: its id, 0 when it has none. */
  private readonly ids = new U32Column();

  constructor(private readonly profile: Profile) {
    const { parent, frame } = profile.stacks.columns;
    const { length } = profile.stacks;
    this.nodeOf = new Uint32Array(length);
    this.callerOf = new Uint32Array(length);
    // Parents come before children, so that one pass finds what each was inlined into.
    for (let stack = 1; stack < length; stack++) {
      const caller = parent.data[stack];
      const isPart = caller !== ROOT && this.isInlined(frame.data[stack], frame.data[caller]);
      this.nodeOf[stack] = this.nodes.intern(isPart ? this.nodeOf[caller] : ROOT, frame.data[stack]);
      this.callerOf[stack] = isPart ? this.callerOf[caller] : caller;
    }
  }

  /** Calls `take` with the id of each location of a stack, the innermost first. */
  forEach(stack: StackId, take: (id: number) => void): void {
    for (let at = stack; at !== ROOT; at = this.callerOf[at]) take(this.idOf(this.nodeOf[at]));
  }

  /** The innermost frame of a used location, by id less one. */
  frameOf(index: number): FrameId {
    return this.nodes.columns.frame.data[this.used.data[index]];
  }

  /** The mapping of a frame's function; 0 for JavaScript and markers. */
  mappingOf(frame: FrameId): MappingId {
    const { frames, functions } = this.profile;
    return frames.kind(frame) === FrameKind.Call ? functions.columns.mapping.data[frames.func(frame)] : 0;
  }

  /** Whether nothing is known of a frame but its address: its location has no functions. */
  isUnnamed(frame: FrameId): boolean {
    const { frames, functions } = this.profile;
    if (frames.kind(frame) !== FrameKind.Call) return false;
    const func = frames.func(frame);
    const { script, line } = functions.columns;
    return functions.name(func) === '' && script.data[func] === 0 && line.data[func] === 0;
  }

  private isInlined(frame: FrameId, caller: FrameId): boolean {
    const { frames } = this.profile;
    const areCalls = frames.kind(frame) === FrameKind.Call && frames.kind(caller) === FrameKind.Call;
    return (
      areCalls &&
      frames.inlined(frame) &&
      this.mappingOf(frame) === this.mappingOf(caller) &&
      !this.isUnnamed(frame) &&
      !this.isUnnamed(caller)
    );
  }

  private idOf(node: number): number {
    while (this.ids.length < this.nodes.length) this.ids.push(0);
    if (this.ids.data[node] === 0) {
      this.used.push(node);
      this.ids.data[node] = this.used.length;
    }
    return this.ids.data[node];
  }
}

import { F64Column } from '../../profile/columns.js';
import { FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { MARKER_NAMES } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { fileUrl } from '../../profile/script-url.js';
import type { Series } from '../../profile/series.js';
import { ROOT, StackTable } from '../../profile/stacks.js';
import { libraryLabel } from '../library-label.js';
import type { MarkerKind } from '../markers.js';

const ROOT_NODE = 1;

/**
 * The call tree to be written: functions under their callers, whatever line of them was executing. A recording may
 * have a million nodes, so they are numbers; their text is made when it is written.
 */
export class CallNodes {
  /** Id of the `(idle)` node. */
  readonly idle: number;
  /** What the nodes are of: a call frame as JSON each. */
  private readonly callFrames: string[] = [];
  /** Nodes as (caller, index in `callFrames`); the root of the table is `(root)`, and ids are its ids plus one. */
  private readonly nodes = new StackTable();
  private readonly hitCounts = new F64Column();
  /** Executing lines as (their node's entry, line); below the root is an entry for each node that has some. */
  private readonly lines = new StackTable();
  private readonly lineNode: number[] = [];
  private readonly lineHits: number[] = [];
  private lineLists: Links | undefined;
  /** By function: its index in `callFrames` plus one. */
  private readonly ofFunction: Uint32Array;
  /** By kind: its index in `callFrames`. */
  private readonly ofMarker = new Map<FrameKind, number>();

  constructor(private readonly profile: Profile) {
    this.ofFunction = new Uint32Array(profile.functions.length);
    this.hitCounts.push(0);
    this.callFrames.push(madeUp('(root)'));
    this.idle = this.add(ROOT_NODE, this.callFrames.push(madeUp('(idle)')) - 1);
  }

  /** Adds the stacks of a series, under a node of that name unless it is ''; returns the node ids by stack. */
  addThread(series: Series, name: string): Uint32Array {
    const { parent, frame } = this.profile.stacks.columns;
    const length = this.profile.stacks.length;
    const nodeOf = new Uint32Array(length);
    nodeOf[0] = name === '' ? ROOT_NODE : this.add(ROOT_NODE, this.callFrames.push(madeUp(name)) - 1);
    const hits = hitsOf(series, length);
    const used = this.usedStacks(hits);
    for (let stack = 1; stack < length; stack++) {
      if (used[stack] === 0) continue;
      const isIdle = this.profile.frames.kind(frame.data[stack]) === FrameKind.Idle;
      nodeOf[stack] = isIdle
        ? this.idle
        : this.add(nodeOf[parent.data[stack]], this.callFrameOf(frame.data[stack]));
    }
    this.countHits(hits, nodeOf);
    return nodeOf;
  }

  /**
   * Lets `(idle)` count as many samples as V8 would have taken in that time: a reader that goes by hits, not by
   * times, spreads the whole time over them.
   */
  addIdleHits(hits: number): void {
    this.hitCounts.data[this.idle - 1] += hits;
  }

  get length(): number {
    return this.nodes.length;
  }

  /** The call frame of node `index` (ids are one more) as JSON. */
  callFrame(index: number): string {
    return this.callFrames[this.nodes.columns.frame.data[index]];
  }

  /** How many samples ended in node `index`. */
  hits(index: number): number {
    return this.hitCounts.data[index];
  }

  /** The lines of node `index` that were executing in its samples, and in how many. */
  *linesOf(index: number): Generator<{ line: number; hits: number }> {
    this.lineLists ??= linked(this.lines);
    const { firstChild, sibling } = this.lineLists;
    const { frame } = this.lines.columns;
    const first = this.lineNode[index];
    for (let at = first ? firstChild[first] : 0; at !== 0; at = sibling[at]) {
      yield { line: frame.data[at], hits: this.lineHits[at] };
    }
  }

  /** By node: its first child, and the next child of the same caller; 0 when there is none. */
  children(): Links {
    return linked(this.nodes);
  }

  private countHits(hits: Float64Array, nodeOf: Uint32Array): void {
    const { frame } = this.profile.stacks.columns;
    const { line } = this.profile.frames.columns;
    for (let stack = 0; stack < hits.length; stack++) {
      if (hits[stack] === 0) continue;
      const node = nodeOf[stack] - 1;
      this.hitCounts.data[node] += hits[stack];
      const executing = stack === ROOT ? 0 : line.data[frame.data[stack]];
      if (executing > 0) this.countLine(node, executing, hits[stack]);
    }
  }

  private countLine(node: number, line: number, hits: number): void {
    this.lineNode[node] ??= this.lines.intern(ROOT, node);
    const at = this.lines.intern(this.lineNode[node], line);
    this.lineHits[at] = (this.lineHits[at] ?? 0) + hits;
  }

  /** Stacks of samples, and their callers. */
  private usedStacks(hits: Float64Array): Uint8Array {
    const parents = this.profile.stacks.columns.parent.data;
    const used = Uint8Array.from(hits, (count) => Number(count > 0));
    for (let stack = used.length - 1; stack > 0; stack--) if (used[stack] === 1) used[parents[stack]] = 1;
    return used;
  }

  /** The node of `callFrame` under `caller`, a new one where there is none. */
  private add(caller: number, callFrame: number): number {
    const node = this.nodes.intern(caller - 1, callFrame);
    if (node === this.hitCounts.length) this.hitCounts.push(0);
    return node + 1;
  }

  private callFrameOf(frame: number): number {
    const { frames } = this.profile;
    const kind = frames.kind(frame);
    if (kind !== FrameKind.Call) return this.markerFrame(kind);
    const func = frames.func(frame);
    this.ofFunction[func] ||= this.callFrames.push(this.functionFrame(func));
    return this.ofFunction[func] - 1;
  }

  private markerFrame(kind: MarkerKind): number {
    const known = this.ofMarker.get(kind);
    if (known !== undefined) return known;
    const index = this.callFrames.push(madeUp(MARKER_NAMES[kind])) - 1;
    this.ofMarker.set(kind, index);
    return index;
  }

  private functionFrame(func: FunctionId): string {
    const { functions, scripts, mappings } = this.profile;
    const { script, mapping, line, column } = functions.columns;
    const inScript = script.data[func] !== 0;
    const library = mappings.path(mapping.data[func]);
    return JSON.stringify({
      // Native code without a name would be shown as an `(anonymous)` JavaScript function.
      functionName: functions.name(func) || (inScript ? '' : libraryLabel(library)),
      scriptId: String(script.data[func]),
      url: inScript ? fileUrl(scripts.url(script.data[func])) : library,
      lineNumber: line.data[func] - 1,
      columnNumber: column.data[func] - 1,
    });
  }
}

/** Samples of each stack. */
function hitsOf({ stacks, pending }: Series, length: number): Float64Array {
  const hits = new Float64Array(length);
  const { data } = stacks;
  for (let i = 0; i < pending; i++) hits[data[i]]++;
  return hits;
}

/** A tree's rows from a node to its children. */
interface Links {
  readonly firstChild: Uint32Array;
  readonly sibling: Uint32Array;
}

function linked({ columns: { parent }, length }: StackTable): Links {
  const firstChild = new Uint32Array(length);
  const sibling = new Uint32Array(length);
  for (let node = length - 1; node > 0; node--) {
    sibling[node] = firstChild[parent.data[node]];
    firstChild[parent.data[node]] = node;
  }
  return { firstChild, sibling };
}

function madeUp(functionName: string): string {
  return JSON.stringify({ functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 });
}

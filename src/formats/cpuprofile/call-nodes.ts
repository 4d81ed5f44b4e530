import { F64Column } from '../../profile/columns.js';
import { FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import type { Profile } from '../../profile/profile.js';
import { fileUrl } from '../../profile/script-url.js';
import type { Series } from '../../profile/series.js';
import { StackTable } from '../../profile/stacks.js';
import { libraryLabel } from '../library-label.js';
import { MARKERS } from './call-frame.js';

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
  private readonly hits = new F64Column();
  /** By function: its index in `callFrames` plus one. */
  private readonly ofFunction: Uint32Array;
  /** By kind: its index in `callFrames`. */
  private readonly ofMarker = new Map<FrameKind, number>();

  constructor(private readonly profile: Profile) {
    this.ofFunction = new Uint32Array(profile.functions.length);
    this.hits.push(0);
    this.callFrames.push(madeUp('(root)'));
    this.idle = this.add(ROOT_NODE, this.callFrames.push(madeUp('(idle)')) - 1);
  }

  /** Adds the stacks of a series, under a node of that name unless it is ''; returns the node ids by stack. */
  addThread(series: Series, name: string): Uint32Array {
    const { parent, frame } = this.profile.stacks.columns;
    const length = this.profile.stacks.length;
    const nodeOf = new Uint32Array(length);
    nodeOf[0] = name === '' ? ROOT_NODE : this.add(ROOT_NODE, this.callFrames.push(madeUp(name)) - 1);
    const used = this.usedStacks(series);
    for (let stack = 1; stack < length; stack++) {
      if (used[stack] === 0) continue;
      const isIdle = this.profile.frames.kind(frame.data[stack]) === FrameKind.Idle;
      nodeOf[stack] = isIdle
        ? this.idle
        : this.add(nodeOf[parent.data[stack]], this.callFrame(frame.data[stack]));
    }
    for (let i = 0; i < series.pending; i++) this.hits.data[nodeOf[series.stacks.data[i]] - 1]++;
    return nodeOf;
  }

  /**
   * Lets `(idle)` count as many samples as V8 would have taken in that time: a reader that goes by hits, not by
   * times, spreads the whole time over them.
   */
  addIdleHits(hits: number): void {
    this.hits.data[this.idle - 1] += hits;
  }

  *json(): Generator<string> {
    const { parent, frame } = this.nodes.columns;
    const { length } = this.nodes;
    const firstChild = new Uint32Array(length);
    const sibling = new Uint32Array(length);
    for (let node = length - 1; node > 0; node--) {
      sibling[node] = firstChild[parent.data[node]];
      firstChild[parent.data[node]] = node;
    }
    for (let node = 0; node < length; node++) {
      const children: number[] = [];
      for (let child = firstChild[node]; child !== 0; child = sibling[child]) children.push(child + 1);
      const below = children.length === 0 ? '' : `,"children":[${children.join(',')}]`;
      const callFrame = this.callFrames[frame.data[node]];
      yield `{"id":${node + 1},"callFrame":${callFrame},"hitCount":${this.hits.data[node]}${below}}`;
    }
  }

  private usedStacks(series: Series): Uint8Array {
    const { stacks } = this.profile;
    const parents = stacks.columns.parent.data;
    const used = new Uint8Array(stacks.length);
    for (let i = 0; i < series.pending; i++) used[series.stacks.data[i]] = 1;
    for (let stack = stacks.length - 1; stack > 0; stack--) if (used[stack] === 1) used[parents[stack]] = 1;
    return used;
  }

  /** The node of `callFrame` under `caller`, a new one where there is none. */
  private add(caller: number, callFrame: number): number {
    const node = this.nodes.intern(caller - 1, callFrame);
    if (node === this.hits.length) this.hits.push(0);
    return node + 1;
  }

  private callFrame(frame: number): number {
    const { frames } = this.profile;
    const kind = frames.kind(frame);
    if (kind !== FrameKind.Call) return this.markerFrame(kind);
    const func = frames.func(frame);
    this.ofFunction[func] ||= this.callFrames.push(this.functionFrame(func));
    return this.ofFunction[func] - 1;
  }

  private markerFrame(kind: FrameKind): number {
    const known = this.ofMarker.get(kind);
    if (known !== undefined) return known;
    const [name] = [...MARKERS].find(([, marker]) => marker === kind)!;
    const index = this.callFrames.push(madeUp(name)) - 1;
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

function madeUp(functionName: string): string {
  return JSON.stringify({ functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 });
}

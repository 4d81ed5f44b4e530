import { FrameKind } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import { libraryLabel } from '../library-label.js';
import { fileUrl, MARKERS } from './call-frame.js';

const ROOT_NODE = 1;

interface CallNode {
  readonly callFrame: string;
  readonly children: number[];
  hits: number;
}

/** The call tree to be written: functions under their callers, whatever line of them was executing. */
export class CallNodes {
  /** Id of the `(idle)` node. */
  readonly idle: number;
  /** Ids are indices plus one. */
  private readonly nodes: CallNode[] = [];

  constructor(private readonly profile: Profile) {
    this.add(0, madeUp('(root)'));
    this.idle = this.add(ROOT_NODE, madeUp('(idle)'));
  }

  /** Adds the stacks of a series, under a node of that name unless it is ''; returns the node ids by stack. */
  addThread(series: Series, name: string): Uint32Array {
    const { parent, frame } = this.profile.stacks.columns;
    const length = this.profile.stacks.length;
    const nodeOf = new Uint32Array(length);
    nodeOf[0] = name === '' ? ROOT_NODE : this.add(ROOT_NODE, madeUp(name));
    const used = this.usedStacks(series);
    const children = new Map<number, Map<number, number>>();
    for (let stack = 1; stack < length; stack++) {
      if (used[stack] === 0) continue;
      if (this.profile.frames.kind(frame.data[stack]) === FrameKind.Idle) {
        nodeOf[stack] = this.idle;
        continue;
      }
      const caller = nodeOf[parent.data[stack]];
      const func = this.profile.frames.func(frame.data[stack]);
      const siblings = children.get(caller) ?? new Map<number, number>();
      children.set(caller, siblings);
      const node = siblings.get(func) ?? this.add(caller, this.callFrame(frame.data[stack]));
      siblings.set(func, node);
      nodeOf[stack] = node;
    }
    for (let i = 0; i < series.pending; i++) this.nodes[nodeOf[series.stacks.data[i]] - 1].hits++;
    return nodeOf;
  }

  /**
   * Lets `(idle)` count as many samples as V8 would have taken in that time: a reader that goes by hits, not by
   * times, spreads the whole time over them.
   */
  addIdleHits(hits: number): void {
    this.nodes[this.idle - 1].hits += hits;
  }

  *json(): Generator<string> {
    for (const [index, { callFrame, hits, children }] of this.nodes.entries()) {
      const below = children.length === 0 ? '' : `,"children":[${children.join(',')}]`;
      yield `{"id":${index + 1},"callFrame":${callFrame},"hitCount":${hits}${below}}`;
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

  private add(parent: number, callFrame: string): number {
    const id = this.nodes.push({ callFrame, children: [], hits: 0 });
    if (parent !== 0) this.nodes[parent - 1].children.push(id);
    return id;
  }

  private callFrame(frame: number): string {
    const { frames, functions, scripts, mappings } = this.profile;
    const kind = frames.kind(frame);
    if (kind !== FrameKind.Call) return madeUp([...MARKERS].find(([, known]) => known === kind)![0]);
    const func = frames.func(frame);
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

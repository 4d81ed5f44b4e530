import { FrameKind } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import { ROOT, type StackId, StackTable } from '../../profile/stacks.js';
import { type BoxName, functionBox, markerBox, processBox, threadBox } from './names.js';

/**
 * The stacks of one event, merged by function: the boxes of a flame graph, parents before children. Node 0 is all;
 * below it are processes and threads where there are several.
 */
export class FlameTree {
  /** (caller, key): a key is an index of `boxes`. */
  readonly nodes = new StackTable();
  readonly boxes: BoxName[] = [{ name: 'all', details: [], layer: undefined }];
  /** Weight of the samples that end at each node or below; samples when `counted`. */
  readonly totals: Float64Array;
  readonly samples: number;
  /** Weight of the samples in which nothing ran, which are not in the tree. */
  readonly idle: number;
  /** By frame, the key of its box; -1 for the marker of idleness. */
  private readonly keys: Int32Array;
  private readonly keyOfName = new Map<string, number>();
  private readonly owners: Uint32Array;
  private readonly known: Uint32Array;

  /** `counted`: every sample weighs one, but those without a time, which stand for as many as they weigh. */
  constructor(
    private readonly profile: Profile,
    series: readonly Series[],
    counted: boolean,
  ) {
    this.keys = this.frameKeys();
    this.owners = new Uint32Array(profile.stacks.length);
    this.known = new Uint32Array(profile.stacks.length);
    const own: number[] = [0];
    let samples = 0;
    let idle = 0;
    const { isShared, isMany } = owners(profile, series);
    for (const { thread, stacks, weights, pending, timed } of series) {
      const owner = this.ownerNode(thread, isShared, isMany);
      for (let i = 0; i < pending; i++) {
        const node = this.nodeOf(stacks.data[i], owner);
        const weight = counted && timed ? 1 : weights.data[i];
        if (node === NOTHING) {
          idle += weight;
          continue;
        }
        samples++;
        own[node] = (own[node] ?? 0) + weight;
      }
    }
    this.samples = samples;
    this.idle = idle;
    this.totals = this.sumUpwards(own);
  }

  box(node: number): BoxName {
    return this.boxes[node === 0 ? 0 : this.nodes.columns.frame.data[node]];
  }

  private frameKeys(): Int32Array {
    const { frames } = this.profile;
    const ofFunction = new Int32Array(this.profile.functions.length);
    return Int32Array.from({ length: frames.length }, (_, frame) => {
      const kind = frames.kind(frame);
      if (kind === FrameKind.Idle) return -1;
      if (kind !== FrameKind.Call) return this.named(`marker ${kind}`, () => markerBox(kind));
      const func = frames.func(frame);
      ofFunction[func] ||= this.boxes.push(functionBox(this.profile, func)) - 1;
      return ofFunction[func];
    });
  }

  private named(id: string, make: () => BoxName): number {
    const known = this.keyOfName.get(id) ?? this.boxes.push(make()) - 1;
    this.keyOfName.set(id, known);
    return known;
  }

  private ownerNode(thread: number, isShared: ReadonlySet<number>, isMany: boolean): StackId {
    const { profile, nodes } = this;
    const process = profile.threads.columns.process.data[thread];
    const above = isMany
      ? nodes.intern(
          ROOT,
          this.named(`process ${process}`, () => processBox(profile, process)),
        )
      : ROOT;
    if (!isShared.has(process)) return above;
    const box = threadBox(profile, thread);
    return nodes.intern(
      above,
      this.named(`thread ${box.name}`, () => box),
    );
  }

  /** The node of a stack below `owner`; remembered for the owner that asked last. */
  private nodeOf(stack: StackId, owner: StackId): number {
    const { parent, frame } = this.profile.stacks.columns;
    const path: StackId[] = [];
    let at = stack;
    for (; at !== ROOT && this.owners[at] !== owner + 1; at = parent.data[at]) path.push(at);
    let node = at === ROOT ? owner : this.known[at];
    for (let i = path.length - 1; i >= 0; i--) {
      const key = this.keys[frame.data[path[i]]];
      node = key === -1 || node === NOTHING ? NOTHING : this.nodes.intern(node, key);
      this.owners[path[i]] = owner + 1;
      this.known[path[i]] = node;
    }
    return node;
  }

  private sumUpwards(own: readonly number[]): Float64Array {
    const totals = Float64Array.from({ length: this.nodes.length }, (_, node) => own[node] ?? 0);
    const parents = this.nodes.columns.parent.data;
    for (let node = totals.length - 1; node > 0; node--) totals[parents[node]] += totals[node];
    return totals;
  }
}

/** The node of a stack in which nothing ran. */
const NOTHING = 0xffffffff;

/** Whether several processes have samples, and the processes of which several threads have. */
function owners({ threads }: Profile, series: readonly Series[]): { isShared: Set<number>; isMany: boolean } {
  const threadOf = new Map<number, number>();
  const isShared = new Set<number>();
  for (const { thread, pending } of series) {
    if (pending === 0) continue;
    const process = threads.columns.process.data[thread];
    if (threadOf.has(process) && threadOf.get(process) !== thread) isShared.add(process);
    threadOf.set(process, thread);
  }
  return { isShared, isMany: threadOf.size > 1 };
}

import { FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { MARKER_NAMES } from '../../profile/marker-frames.js';
import type { ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { type Series, Unit } from '../../profile/series.js';
import { ROOT, type StackId, StackTable } from '../../profile/stacks.js';
import { ROLE_NAMES, type ThreadId, ThreadRole } from '../../profile/threads.js';
import { libraryLabel } from '../library-label.js';
import { LabelBytes } from './label-bytes.js';
import { oneFrame } from './labels.js';

/** A line for each distinct stack, root first, with how many samples have it. */
export function* writeFolded(profile: Profile): Iterable<Uint8Array> {
  yield* new FoldedTree(profile).pieces();
}

/** The stacks by their labels: those that differ only in what folded text does not tell are one node. */
class FoldedTree {
  private readonly labels = new LabelBytes();
  private readonly nodes = new StackTable();
  /** Samples of each node. */
  private readonly counts: number[] = [];
  /** The label of each frame of the profile. */
  private readonly frameLabels: Uint32Array;
  /** The node of each stack under the owner that it was last looked up for. */
  private readonly known: { readonly owner: Uint32Array; readonly node: Uint32Array };

  constructor(private readonly profile: Profile) {
    const { frames, stacks } = profile;
    this.frameLabels = Uint32Array.from({ length: frames.length }, (_, frame) => {
      const kind = frames.kind(frame);
      return this.labels.intern(
        kind === FrameKind.Call ? functionLabel(profile, frames.func(frame)) : MARKER_NAMES[kind],
      );
    });
    this.known = { owner: new Uint32Array(stacks.length), node: new Uint32Array(stacks.length) };
    this.countSamples();
  }

  *pieces(): Iterable<Uint8Array> {
    const { labels, nodes } = this;
    const { parent, frame } = nodes.columns;
    const path: number[] = [];
    for (let node = 1; node < nodes.length; node++) {
      if (!(this.counts[node] > 0)) continue;
      for (let at = node; at !== ROOT; at = parent.data[at]) path.push(frame.data[at]);
      const full = labels.appendLine(path, this.counts[node]);
      path.length = 0;
      if (full) yield labels.take();
    }
    const last = labels.take();
    if (last.length > 0) yield last;
  }

  private countSamples(): void {
    const { profile } = this;
    const shared = processesOfManyThreads(profile);
    for (const series of profile.series) {
      const { stacks, weights, pending } = series;
      const owner = this.ownerNode(series.thread, shared);
      const isCounted = standsForMany(series);
      for (let i = 0; i < pending; i++) {
        const node = this.nodeOf(stacks.data[i], owner) || this.unknown();
        this.counts[node] = (this.counts[node] ?? 0) + (isCounted ? weights.data[i] : 1);
      }
    }
  }

  /** The node of a thread's process or, when several threads of that have samples, of the thread below it. */
  private ownerNode(thread: ThreadId, shared: ReadonlySet<number>): StackId {
    const process = this.profile.threads.columns.process.data[thread];
    const label = processLabel(this.profile, process);
    const node = label === '' ? ROOT : this.nodes.intern(ROOT, this.labels.intern(label));
    if (!shared.has(process)) return node;
    return this.nodes.intern(node, this.labels.intern(threadLabel(this.profile, thread)));
  }

  /** A line cannot be without a label. */
  private unknown(): StackId {
    return this.nodes.intern(ROOT, this.labels.intern(libraryLabel('')));
  }

  private nodeOf(stack: StackId, owner: StackId): StackId {
    const { parent, frame } = this.profile.stacks.columns;
    const { known } = this;
    // Owners are kept plus one: the unnamed one is ROOT.
    const mark = owner + 1;
    const path: StackId[] = [];
    let at = stack;
    for (; at !== ROOT && known.owner[at] !== mark; at = parent.data[at]) path.push(at);
    let node = at === ROOT ? owner : known.node[at];
    for (let i = path.length - 1; i >= 0; i--) {
      node = this.nodes.intern(node, this.frameLabels[frame.data[path[i]]]);
      known.owner[path[i]] = mark;
      known.node[path[i]] = node;
    }
    return node;
  }
}

/** Without times, a sample of a count stands for as many as it weighs: a line of folded text, hits of a .cpuprofile. */
function standsForMany({ timed, unit }: Series): boolean {
  return !timed && unit === Unit.Count;
}

/** '' for what is no process but what a text without processes was read into. */
function processLabel({ processes }: Profile, process: ProcessId): string {
  const command = processes.command(process);
  if (command === '' && processes.columns.pid.data[process] === 0) return '';
  return oneFrame(command || libraryLabel(''));
}

/**
 * JavaScript as `name file:line:column` of its definition, which 0x and perf write too; native code as its name
 * or, like stackcollapse-perf.pl, as `[library]`.
 */
function functionLabel({ functions, scripts, mappings }: Profile, id: FunctionId): string {
  const { script, mapping, line, column } = functions.columns;
  const name = functions.name(id);
  if (script.data[id] === 0) return oneFrame(name || libraryLabel(mappings.path(mapping.data[id])));
  const place = [scripts.url(script.data[id]), line.data[id], column.data[id]].filter(Boolean).join(':');
  return oneFrame(`${name || '(anonymous)'} ${place}`.trimEnd());
}

/** Begins as no function does, so that it can be told from one. */
function threadLabel({ threads }: Profile, id: ThreadId): string {
  const role: ThreadRole = threads.columns.role.data[id];
  const name = role === ThreadRole.Other ? threads.name(id) : ROLE_NAMES[role];
  return oneFrame(`thread ${name || threads.columns.tid.data[id]}`);
}

/** Processes of which more than one thread has samples. */
function processesOfManyThreads({ series, threads }: Profile): Set<number> {
  const first = new Map<number, ThreadId>();
  const shared = new Set<number>();
  for (const { thread, pending } of series) {
    const process = threads.columns.process.data[thread];
    if (pending === 0) continue;
    if (!first.has(process)) first.set(process, thread);
    else if (first.get(process) !== thread) shared.add(process);
  }
  return shared;
}

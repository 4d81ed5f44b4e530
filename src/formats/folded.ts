/**
 * Folded stacks, the text that Brendan Gregg's stackcollapse scripts write and flamegraph.pl, inferno and
 * speedscope read: a line for each distinct stack, root first, `process;thread;frame;frame count`.
 */
import { FrameKind } from '../profile/frames.js';
import type { FunctionId } from '../profile/functions.js';
import type { Profile } from '../profile/profile.js';
import { ROOT, type StackId, StackTable } from '../profile/stacks.js';
import { StringTable } from '../profile/strings.js';
import { ROLE_NAMES, type ThreadId, ThreadRole } from '../profile/threads.js';
import type { Format, Holding } from './format.js';
import { libraryLabel } from './library-label.js';

export const folded: Format = {
  name: 'folded',
  title: 'folded stacks (flamegraph.pl, inferno, speedscope)',
  extensions: ['.folded'],
  keeps:
    'stacks and how many samples each has, by process and, where it has several, thread; times, weights, executing lines, tiers and layers are lost',
  holds: new Set<Holding>(['processes', 'threads', 'definitions']),
  verified: 'counts against the samples, lines parsed back',
  write,
};

/** Text is handed on in pieces of about this many characters. */
const PIECE = 65_536;

function* write(profile: Profile): Iterable<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for (const line of new FoldedTree(profile).lines()) {
    text += line;
    if (text.length < PIECE) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}

/** The stacks by their labels: those that differ only in what folded text does not tell are one node. */
class FoldedTree {
  private readonly labels = new StringTable();
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
      return this.labels.intern(MARKERS[frames.kind(frame)] ?? functionLabel(profile, frames.func(frame)));
    });
    this.known = { owner: new Uint32Array(stacks.length), node: new Uint32Array(stacks.length) };
    this.countSamples();
  }

  *lines(): Iterable<string> {
    for (let node = 1; node < this.nodes.length; node++) {
      if (this.counts[node] > 0) yield `${this.path(node)} ${this.counts[node]}\n`;
    }
  }

  private countSamples(): void {
    const { profile } = this;
    const shared = processesOfManyThreads(profile);
    for (const { thread, stacks, pending } of profile.series) {
      const owner = this.ownerNode(thread, shared);
      for (let i = 0; i < pending; i++) {
        const node = this.nodeOf(stacks.data[i], owner);
        this.counts[node] = (this.counts[node] ?? 0) + 1;
      }
    }
  }

  /** The node of a thread's process or, when several threads of that have samples, of the thread below it. */
  private ownerNode(thread: ThreadId, shared: ReadonlySet<number>): StackId {
    const { processes, threads } = this.profile;
    const process = threads.columns.process.data[thread];
    const node = this.nodes.intern(
      ROOT,
      this.labels.intern(oneFrame(processes.command(process) || libraryLabel(''))),
    );
    if (!shared.has(process)) return node;
    return this.nodes.intern(node, this.labels.intern(threadLabel(this.profile, thread)));
  }

  private nodeOf(stack: StackId, owner: StackId): StackId {
    const { parent, frame } = this.profile.stacks.columns;
    const { known } = this;
    const path: StackId[] = [];
    let at = stack;
    for (; at !== ROOT && known.owner[at] !== owner; at = parent.data[at]) path.push(at);
    let node = at === ROOT ? owner : known.node[at];
    for (let i = path.length - 1; i >= 0; i--) {
      node = this.nodes.intern(node, this.frameLabels[frame.data[path[i]]]);
      known.owner[path[i]] = owner;
      known.node[path[i]] = node;
    }
    return node;
  }

  /** The labels from the root to `node`, joined. */
  private path(node: StackId): string {
    const { parent, frame } = this.nodes.columns;
    const labels: string[] = [];
    for (let at = node; at !== ROOT; at = parent.data[at]) labels.push(this.labels.get(frame.data[at]));
    return labels.reverse().join(';');
  }
}

/** What stands in a stack for a frame that is no function, by kind. */
const MARKERS: Partial<Record<FrameKind, string>> = {
  [FrameKind.Async]: '(async)',
  [FrameKind.Truncated]: '(truncated)',
  [FrameKind.Broken]: '(broken)',
  [FrameKind.Idle]: '(idle)',
};

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

function threadLabel({ threads }: Profile, id: ThreadId): string {
  const role: ThreadRole = threads.columns.role.data[id];
  const name = role === ThreadRole.Other ? threads.name(id) : ROLE_NAMES[role];
  return oneFrame(name || `thread ${threads.columns.tid.data[id]}`);
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

/** A label that a parser takes for one frame: without the separator and without line ends and the like. */
function oneFrame(label: string): string {
  return label
    .replaceAll(';', ':')
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replace(/^#/, '\\u0023');
}

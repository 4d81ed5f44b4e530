import type { Series } from '../../profile/series.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { noRoleVotes, type ObservedThread } from '../../profile/thread-roles.js';
import type { ThreadId } from '../../profile/threads.js';
import type { Task } from './tasks.js';

/** A thread while it is read, with its last callchain: from one sample to the next most callers stay the same. */
export class SampledThread implements ObservedThread {
  ended = false;
  /** By the index of the event. */
  readonly series: (Series | undefined)[] = [];
  readonly chain = new LastChain();
  samples = 0;
  readonly roleVotes = noRoleVotes();

  constructor(
    readonly id: ThreadId,
    readonly tid: number,
    readonly task: Task,
  ) {}

  get isMain(): boolean {
    return this.tid === this.task.pid;
  }

  end(): void {
    this.ended = true;
    this.chain.forget();
  }
}

const FIRST_CAPACITY = 64;

/** A callchain from its root on: what was recorded, and its callers' nodes in the trie of chains. */
export class LastChain {
  length = 0;
  /** Two words an entry: the address or context marker as recorded. */
  words = new Uint32Array(0);
  /** By entry, for the first `callers` of them: what was executing has no node. */
  nodes = new Uint32Array(0);
  callers = 0;
  /** The stack of the whole chain. */
  stack: StackId = ROOT;
  /** What the chain hangs on: ROOT when it is whole, else a marker. */
  root: StackId = ROOT;
  /** Whether it had as many frames as the kernel records. */
  full = false;
  /** The address space's number when it was named, and the trie's generation. */
  space = -1;
  generation = -1;

  reserve(entries: number): void {
    if (entries <= this.nodes.length) return;
    const capacity = Math.max(entries, FIRST_CAPACITY, this.nodes.length * 2);
    const words = new Uint32Array(capacity * 2);
    words.set(this.words);
    this.words = words;
    const nodes = new Uint32Array(capacity);
    nodes.set(this.nodes);
    this.nodes = nodes;
  }

  forget(): void {
    this.length = 0;
    this.words = new Uint32Array(0);
    this.nodes = new Uint32Array(0);
  }
}

import type { FrameId } from './frames.js';
import type { Profile } from './profile.js';
import { ROOT, type StackId } from './stacks.js';
import { ROLE_NAMES, type ThreadId, type ThreadRole } from './threads.js';

/** A thread whose stacks are looked at as they come. */
export interface ObservedThread {
  readonly id: ThreadId;
  /** Whether it is the one that a process begins with. */
  readonly isMain: boolean;
  /** Stacks seen of it. */
  samples: number;
  /** How often a stack told each role. */
  readonly roleVotes: Uint32Array;
}

/** Votes of a thread that was not seen yet. */
export function noRoleVotes(): Uint32Array {
  return new Uint32Array(ROLE_NAMES.length);
}

/** Each thread is asked at its first samples and then at every 64th: roles do not change, what is seen does. */
const EVERY = 64;

/** How far from the root a function may be that tells what the thread is for. */
const DEPTH = 24;

const UNASKED = 0;
const NO_ROLE = 100;

/** Tells what threads are for by the functions near their roots; the role that most samples tell counts. */
export class ThreadRoles {
  /** By frame: role + 1 (or NO_ROLE + 1), UNASKED at first. */
  private roles = new Uint8Array(1024);

  constructor(
    private readonly profile: Profile,
    private readonly namer: { roleOf(frame: FrameId): ThreadRole | undefined },
  ) {}

  /** Looks at a sample's stack when it is the thread's turn. The thread of a process's own id is its main one. */
  observe(thread: ObservedThread, stack: StackId): void {
    const turn = thread.samples++;
    if (thread.isMain || (turn >= EVERY && turn % EVERY !== 0)) return;
    const role = this.roleOfStack(stack);
    if (role === undefined) return;
    const votes = thread.roleVotes;
    votes[role]++;
    const roles = this.profile.threads.columns.role.data;
    if (votes[role] >= votes[roles[thread.id]]) roles[thread.id] = role;
  }

  private roleOfStack(stack: StackId): ThreadRole | undefined {
    const { parent, frame } = this.profile.stacks.columns;
    const frames: FrameId[] = [];
    for (let at = stack; at !== ROOT; at = parent.data[at]) frames.push(frame.data[at]);
    for (let i = frames.length - 1; i >= Math.max(0, frames.length - DEPTH); i--) {
      const role = this.roleOfFrame(frames[i]);
      if (role !== undefined) return role;
    }
    return undefined;
  }

  private roleOfFrame(frame: number): ThreadRole | undefined {
    if (frame >= this.roles.length) {
      const grown = new Uint8Array(Math.max(frame + 1, this.roles.length * 2));
      grown.set(this.roles);
      this.roles = grown;
    }
    if (this.roles[frame] === UNASKED) this.roles[frame] = 1 + (this.namer.roleOf(frame) ?? NO_ROLE);
    const role = this.roles[frame] - 1;
    return role === NO_ROLE ? undefined : role;
  }
}

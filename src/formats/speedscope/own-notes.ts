import { UNIT_NAMES, type Unit } from '../../profile/series.js';
import { ROLE_NAMES, type ThreadRole } from '../../profile/threads.js';

/**
 * What we add to each profile that we write, under `stackscope`, for what the format has no place for. Other readers
 * pass over it.
 */
export interface OwnNotes {
  event: string;
  unit: Unit | undefined;
  timed: boolean;
  /** Whether a sample without a stack is one that waited; else nothing was sampled then. */
  idle: boolean;
  command: string;
  pid: number;
  tid: number;
  thread: string;
  role: ThreadRole;
}

/** The unit of that name; undefined when there is none. */
export function unitNamed(name: string): Unit | undefined {
  const unit = (UNIT_NAMES as readonly string[]).indexOf(name);
  return unit < 0 ? undefined : unit;
}

/** The role of that name, `other` when there is none. */
export function roleNamed(name: string): ThreadRole {
  return Math.max(0, (ROLE_NAMES as readonly string[]).indexOf(name));
}

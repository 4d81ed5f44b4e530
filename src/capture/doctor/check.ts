/** What of stackscope's means there is here, or for one process. */
export interface Check {
  /** Stable: `perf`, `v8-attach`, `bpftrace` … */
  readonly id: string;
  readonly group: CheckGroup;
  /** What it is, for people. */
  readonly name: string;
  readonly state: CheckState;
  /** What was found, or why it does not work; a sentence without its full stop. */
  readonly detail: string;
  /** The one command that gives it; null when nothing is missing, or no command can. */
  readonly cure: string | null;
}

/** Engines record; names, probes and access make what they record better. */
export type CheckGroup = 'engine' | 'names' | 'probe' | 'access';

/** `limited`: it works, and something of it is missing. */
export type CheckState = 'works' | 'limited' | 'missing' | 'refused';

/** A check that found all it wants. */
export function works(group: CheckGroup, id: string, name: string, detail: string): Check {
  return { id, group, name, state: 'works', detail, cure: null };
}

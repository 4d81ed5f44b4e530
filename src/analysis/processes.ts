import type { ProcessId } from '../profile/processes.js';
import type { Selection } from './selection.js';
import { threadWeights } from './threads.js';

export interface ProcessWeight {
  readonly process: ProcessId;
  /** Weight that is not idle, in the selection's unit. */
  readonly sampled: number;
  readonly samples: number;
  /** Threads that ran. */
  readonly threads: number;
  /** CPU time the kernel charged those threads, in ns; NaN when not known of any. */
  readonly chargedNs: number;
}

/** The processes of the threads that ran, heaviest first. */
export function processWeights(selection: Selection): ProcessWeight[] {
  const processOf = selection.profile.threads.columns.process.data;
  const sums = new Map<ProcessId, ProcessWeight>();
  for (const thread of threadWeights(selection)) {
    const process = processOf[thread.thread];
    const known = sums.get(process);
    sums.set(process, {
      process,
      sampled: (known?.sampled ?? 0) + thread.sampled,
      samples: (known?.samples ?? 0) + thread.samples,
      threads: (known?.threads ?? 0) + 1,
      chargedNs: sumKnown([known?.chargedNs ?? Number.NaN, thread.chargedNs]),
    });
  }
  return [...sums.values()].sort((a, b) => b.sampled - a.sampled || a.process - b.process);
}

/** The sum of the numbers that are known, NaN when none is. */
export function sumKnown(values: Iterable<number>): number {
  let sum = Number.NaN;
  for (const value of values) if (!Number.isNaN(value)) sum = (Number.isNaN(sum) ? 0 : sum) + value;
  return sum;
}

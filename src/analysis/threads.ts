import type { ThreadId } from '../profile/threads.js';
import type { Selection } from './selection.js';

export interface ThreadWeight {
  readonly thread: ThreadId;
  /** Weight that is not idle, in the selection's unit. */
  readonly sampled: number;
  readonly samples: number;
  /** CPU time the kernel charged over the whole recording, in ns; NaN when not known. */
  readonly chargedNs: number;
  /** How long it was ready to run and had no CPU over the whole recording, in ns; NaN when not known. */
  readonly delayNs: number;
}

/** The selected threads that have samples or were charged CPU time, heaviest first. */
export function threadWeights(selection: Selection): ThreadWeight[] {
  const { chargedCpu, runDelay } = selection.profile.threads.columns;
  return selection.threads
    .map((thread) => ({
      thread,
      sampled: selection.threadWeights[thread],
      samples: selection.threadSamples[thread],
      chargedNs: chargedCpu.data[thread],
      delayNs: runDelay.data[thread],
    }))
    .filter(({ samples, chargedNs }) => samples > 0 || chargedNs > 0)
    .sort((a, b) => b.sampled - a.sampled || a.thread - b.thread);
}

import type { Profile } from '../../profile/profile.js';
import { readProc, threadIds } from '../procfs.js';
import { addThread, rowsByThread, threadKey } from '../thread-rows.js';

interface Charge {
  readonly pid: number;
  readonly tid: number;
  /** What was charged before the recording; 0 for a thread born in it. */
  baseNs: number;
  /** Last reading of schedstat; NaN before the first. */
  lastNs: number;
  /** Sum of what perf counted, exact at the thread's end; NaN when perf told nothing. */
  countedNs: number;
}

/**
 * The CPU time the kernel charged to each thread while recorded, from two sources: perf's count at a thread's
 * end, exact but not told of every thread (of a main thread often not), and `/proc/PID/task/TID/schedstat`,
 * which misses what the thread used after it was last read.
 */
export class ChargedCpu {
  private readonly charges = new Map<string, Charge>();

  /** Takes a reading of every thread of a process. The first of a thread alive before the recording is its base. */
  read(pid: number, isBase = false): void {
    for (const tid of threadIds(pid)) {
      const nanoseconds = Number(readProc(`${pid}/task/${tid}/schedstat`)?.split(' ')[0] ?? Number.NaN);
      if (Number.isNaN(nanoseconds)) continue;
      const charge = this.of(pid, tid);
      charge.lastNs = nanoseconds;
      if (isBase) charge.baseNs = nanoseconds;
    }
  }

  /** Adds what perf counted of a thread on one CPU. */
  count(pid: number, tid: number, nanoseconds: number): void {
    const charge = this.of(pid, tid);
    charge.countedNs = (Number.isNaN(charge.countedNs) ? 0 : charge.countedNs) + nanoseconds;
  }

  /** Of a process that was alone and used `totalNs`: what no thread was seen to use is its main thread's. */
  complete(pid: number, totalNs: number): void {
    const charges = [...this.charges.values()];
    if (charges.some((charge) => charge.pid !== pid || charge.baseNs > 0)) return;
    const missing = totalNs - charges.reduce((sum, charge) => sum + chargedNs(charge), 0);
    if (missing > 0) this.of(pid, pid).countedNs = chargedNs(this.of(pid, pid)) + missing;
  }

  /** Writes the charges into the profile's threads that have none; one that was charged and never sampled is added. */
  fill(profile: Profile): void {
    const rows = rowsByThread(profile);
    for (const charge of this.charges.values()) {
      const { pid, tid } = charge;
      const { chargedCpu } = profile.threads.columns;
      const ns = chargedNs(charge);
      const row = rows.get(threadKey(pid, tid)) ?? (ns > 0 ? addThread(profile, pid, tid) : undefined);
      if (row !== undefined && Number.isNaN(chargedCpu.data[row])) chargedCpu.data[row] = ns;
    }
  }

  private of(pid: number, tid: number): Charge {
    let charge = this.charges.get(threadKey(pid, tid));
    if (charge === undefined) {
      charge = { pid, tid, baseNs: 0, lastNs: Number.NaN, countedNs: Number.NaN };
      this.charges.set(threadKey(pid, tid), charge);
    }
    return charge;
  }
}

/** Both readings may miss the end of a thread, neither can exceed the truth. */
function chargedNs({ baseNs, lastNs, countedNs }: Charge): number {
  return Math.max(lastNs - baseNs || 0, countedNs || 0);
}

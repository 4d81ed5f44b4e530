import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import type { ThreadId } from '../../profile/threads.js';

/** A thread of the file: one of the profile with its samples of one event. The first of it has its operations. */
export interface ThreadRow {
  readonly thread: ThreadId;
  /** Undefined when it has operations only. */
  readonly series: Series | undefined;
  readonly isFirst: boolean;
}

/** Threads with samples or operations, those of a process and those of a thread together. */
export function threadRows(profile: Profile): ThreadRow[] {
  const { threads, operations } = profile;
  const ofThread: Series[][] = Array.from({ length: threads.length }, () => []);
  for (const series of profile.series) ofThread[series.thread].push(series);
  const hasOperations = new Uint8Array(threads.length);
  for (let row = 0; row < operations.length; row++) hasOperations[operations.columns.thread.data[row]] = 1;
  const process = threads.columns.process.data;
  const order = ofThread.map((_, thread) => thread).sort((a, b) => process[a] - process[b] || a - b);
  return order.flatMap((thread): ThreadRow[] => {
    const all = ofThread[thread];
    if (all.length === 0) {
      return hasOperations[thread] === 1 ? [{ thread, series: undefined, isFirst: true }] : [];
    }
    return all.map((series, i) => ({ thread, series, isFirst: i === 0 }));
  });
}

/** Ids as texts, with a mark behind one that an earlier row of the table has too: `12`, `12.1`. */
export function distinctIds(ids: Iterable<string>): string[] {
  const times = new Map<string, number>();
  return Array.from(ids, (id) => {
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    return before === 0 ? id : `${id}.${before}`;
  });
}

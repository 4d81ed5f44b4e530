import type { Profile } from '../../profile/profile.js';
import { type Series, Unit } from '../../profile/series.js';
import type { ThreadId } from '../../profile/threads.js';

/** The kinds of values: the events in their units, in the order of the series. */
export class ValueKinds {
  readonly all: { readonly event: string; readonly unit: Unit }[] = [];
  private readonly index = new Map<string, number>();

  constructor(series: readonly Series[]) {
    for (const { event, unit } of series) {
      const key = `${unit} ${event}`;
      if (this.index.has(key)) continue;
      this.index.set(key, this.all.length);
      this.all.push({ event, unit });
    }
  }

  of({ event, unit }: Series): number {
    return this.index.get(`${unit} ${event}`)!;
  }

  /** The kind that is shown when nobody asks for another: time before what is counted, CPU time first. */
  get main(): number {
    for (const unit of [Unit.CpuNs, Unit.WallNs]) {
      const kind = this.all.findIndex((each) => each.unit === unit);
      if (kind >= 0) return kind;
    }
    return this.all.length - 1;
  }
}

/** The series of each thread, in the order of the threads. */
export function seriesByThread(profile: Profile): Map<ThreadId, Series[]> {
  const threads = new Map<ThreadId, Series[]>();
  for (const series of profile.series) {
    const ofThread = threads.get(series.thread);
    if (ofThread === undefined) threads.set(series.thread, [series]);
    else ofThread.push(series);
  }
  return threads;
}

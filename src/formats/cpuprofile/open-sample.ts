import type { Series } from '../../profile/series.js';
import { ROOT, type StackId } from '../../profile/stacks.js';

/** Samples that each last until the next, in microseconds on the file's clock. */
export class OpenSample {
  /** Of the last sample, whose end is not known yet; NaN before the first. */
  begin = Number.NaN;
  private stack: StackId = ROOT;

  constructor(
    private readonly series: Series,
    /** The recording's start. */
    private readonly zero: number,
  ) {}

  /** Takes the next samples. Those of no length are left out. */
  run(times: Float64Array, stacks: Uint32Array, count: number): void {
    const { series, zero } = this;
    let { begin, stack } = this;
    for (let i = 0; i < count; i++) {
      const end = times[i];
      if (end > begin) series.add(Math.round(begin - zero), stack, (end - begin) * 1000);
      begin = end;
      stack = stacks[i];
    }
    this.begin = begin;
    this.stack = stack;
  }

  finish(end: number): void {
    this.run(Float64Array.of(end), Uint32Array.of(ROOT), 1);
  }
}

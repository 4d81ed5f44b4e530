import type { Series } from '../../profile/series.js';
import type { StackId } from '../../profile/stacks.js';

/** The sample whose end is the beginning of the next, in microseconds on the file's clock. */
export class OpenSample {
  /** The recording's start. */
  zero: number | undefined;
  begin = 0;
  private stack = -1;

  constructor(private readonly series: Series) {}

  next(begin: number, stack: StackId): void {
    this.finish(begin);
    this.begin = begin;
    this.stack = stack;
  }

  finish(end: number): void {
    const { zero = 0, begin, stack } = this;
    if (stack >= 0 && end > begin) this.series.add(Math.round(begin - zero), stack, (end - begin) * 1000);
  }
}

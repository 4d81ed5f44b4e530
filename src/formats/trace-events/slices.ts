import { F64Column, U32Column } from '../../profile/columns.js';
import type { Series } from '../../profile/series.js';
import { ROOT, type StackId, type StackTable } from '../../profile/stacks.js';
import type { SliceLabels } from './labels.js';

/** In place of a length: where a slice begins, and where the innermost one ends. */
const BEGIN = -1;
const END = -2;

/** What was found that cannot be as the format has it, over a whole file. */
export interface Unbalanced {
  /** Ends of slices that did not begin. */
  ends: number;
  /** Slices without an end: they last to the last event of their thread. */
  begins: number;
  /** Slices that end after those they are in: they are cut there. */
  overlaps: number;
}

/**
 * The slices of one thread: what lies within what by time, whatever their order in the file. Its samples are the
 * times between which nothing changed, of the slices that were open; where none was, there is no sample.
 */
export class ThreadSlices {
  private readonly times = new F64Column();
  private readonly lengths = new F64Column();
  private readonly labels = new U32Column();
  private sorted = true;

  begin(ts: number, label: number): void {
    this.push(ts, BEGIN, label);
  }

  /** `label` is 0 when the end does not say of what it is. */
  end(ts: number, label: number): void {
    this.push(ts, END, label);
  }

  complete(ts: number, dur: number, label: number): void {
    this.push(ts, dur, label);
  }

  private push(ts: number, length: number, label: number): void {
    const { times } = this;
    // Slices that begin together are told in any order: the longer one is outside.
    if (times.length > 0 && !(ts > times.data[times.length - 1])) this.sorted &&= this.follows(ts, length);
    times.push(ts);
    this.lengths.push(length);
    this.labels.push(label);
  }

  private follows(ts: number, length: number): boolean {
    const last = this.times.length - 1;
    return ts === this.times.data[last] && (length < 0 || length <= this.lengths.data[last]);
  }

  /** Adds the samples; times in microseconds from `zero`. */
  addTo(series: Series, zero: number, stacks: StackTable, labels: SliceLabels, unbalanced: Unbalanced): void {
    const open = new OpenSlices(series, zero, stacks, labels, unbalanced);
    const { times, lengths, labels: of } = this;
    for (const i of this.order()) {
      const ts = times.data[i];
      open.advance(ts);
      const length = lengths.data[i];
      if (length === END) open.end(of.data[i]);
      else open.begin(of.data[i], length === BEGIN ? Number.POSITIVE_INFINITY : ts + length);
    }
    open.finish();
  }

  private order(): Uint32Array {
    const order = Uint32Array.from({ length: this.times.length }, (_, i) => i);
    if (this.sorted) return order;
    const times = this.times.data;
    const lengths = this.lengths.data;
    return order.sort((a, b) => times[a] - times[b] || outerFirst(lengths[a], lengths[b]) || a - b);
  }
}

/** Of two events of one time: complete slices by length, others as the file has them. */
function outerFirst(a: number, b: number): number {
  return a >= 0 && b >= 0 ? b - a : 0;
}

/** The slices that are open, as time goes on. */
class OpenSlices {
  private readonly stack: StackId[] = [ROOT];
  private readonly ends: number[] = [];
  private readonly open: number[] = [];
  private at = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly series: Series,
    private readonly zero: number,
    private readonly stacks: StackTable,
    private readonly labels: SliceLabels,
    private readonly unbalanced: Unbalanced,
  ) {}

  /** Closes what ends up to `ts` and adds the sample before it. */
  advance(ts: number): void {
    while (this.ends.length > 0 && this.ends[this.ends.length - 1] <= ts) {
      this.sampleTo(this.ends[this.ends.length - 1]);
      this.pop();
    }
    this.sampleTo(ts);
  }

  begin(label: number, end: number): void {
    const outer = this.ends.length > 0 ? this.ends[this.ends.length - 1] : Number.POSITIVE_INFINITY;
    if (end > outer && end !== Number.POSITIVE_INFINITY) this.unbalanced.overlaps++;
    this.stack.push(this.stacks.intern(this.stack[this.stack.length - 1], this.labels.frameOf(label)));
    this.ends.push(Math.min(end, outer));
    this.open.push(label);
  }

  /** Closes the innermost slice of that name, with what is still open in it. */
  end(label: number): void {
    const name = this.labels.nameOf(label);
    let at = this.open.length - 1;
    while (at >= 0 && name !== 0 && this.labels.nameOf(this.open[at]) !== name) at--;
    if (at < 0) {
      this.unbalanced.ends++;
      return;
    }
    this.unbalanced.overlaps += this.open.length - 1 - at;
    while (this.open.length > at) this.pop();
  }

  finish(): void {
    const last = this.ends.filter((end) => end !== Number.POSITIVE_INFINITY);
    this.unbalanced.begins += this.ends.length - last.length;
    // What has an end is within what has none.
    for (const end of last.reverse()) this.advance(end);
  }

  private sampleTo(ts: number): void {
    const stack = this.stack[this.stack.length - 1];
    if (stack !== ROOT && ts > this.at) {
      this.series.add(Math.round(this.at - this.zero), stack, Math.round((ts - this.at) * 1000));
    }
    this.at = Math.max(this.at, ts);
  }

  private pop(): void {
    this.stack.pop();
    this.ends.pop();
    this.open.pop();
  }
}

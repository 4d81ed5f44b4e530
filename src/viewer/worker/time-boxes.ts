import { frameFunctions, NO_FUNCTION } from '../../analysis/own-functions.js';
import { stackKinds } from '../../analysis/stack-kinds.js';
import { FrameKind } from '../../profile/frames.js';
import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import { ROOT } from '../../profile/stacks.js';
import { type Boxes, NO_BOX } from './boxes.js';
import { firstSampleFrom, sampleBegin, sampleEnd } from './sample-spans.js';

export interface TimeRange {
  /** In ns from the recording's start. */
  readonly from: number;
  readonly to: number;
}

/** Boxes of one chart: where stacks are very deep and all differ, only their outer frames are drawn. */
const MOST_BOXES = 4_000_000;

/**
 * The stacks of one thread in the order of time. Neighbours with the same callers share their boxes; of more samples
 * than two a column only the longest of each column is drawn.
 */
export function timeBoxes(
  profile: Profile,
  series: readonly Series[],
  range: TimeRange,
  columns: number,
): Boxes {
  const rows = new BoxRows(profile, Math.max(64, Math.floor(MOST_BOXES / (columns * 2))));
  const step = (range.to - range.from) / columns;
  for (const each of series) {
    if (!each.timed) continue;
    const first = Math.max(0, firstSampleFrom(each, range.from) - 1);
    const end = Math.min(each.stacks.length, firstSampleFrom(each, range.to) + 1);
    if (end - first <= columns * 2) {
      for (let i = first; i < end; i++) addSample(rows, each, i, step);
    } else {
      addLongest(rows, each, first, end, step);
    }
  }
  return rows.boxes(range);
}

function addSample(rows: BoxRows, series: Series, sample: number, step: number): void {
  const jitter = Math.max(step, series.weights.data[sample] / 2);
  rows.add(series.stacks.data[sample], sampleBegin(series, sample), sampleEnd(series, sample), jitter);
}

/** The longest sample of each column stands for all of it where the thread was busy for most of it. */
function addLongest(rows: BoxRows, series: Series, first: number, end: number, step: number): void {
  for (let i = first; i < end; ) {
    const column = Math.floor(sampleBegin(series, i) / step);
    let longest = i;
    let busy = 0;
    for (; i < end && Math.floor(sampleBegin(series, i) / step) === column; i++) {
      busy += sampleEnd(series, i) - sampleBegin(series, i);
      if (series.weights.data[i] > series.weights.data[longest]) longest = i;
    }
    const isBusy = busy > step / 2;
    const begin = isBusy ? column * step : sampleBegin(series, longest);
    const until = isBusy ? (column + 1) * step : sampleEnd(series, longest);
    rows.add(series.stacks.data[longest], begin, Math.max(until, sampleEnd(series, longest)), step);
  }
}

class BoxRows {
  private readonly rows: { from: number[]; to: number[]; key: number[]; parent: number[] }[] = [];
  private readonly open: number[] = [];
  private readonly functions: Uint32Array;
  private readonly kinds: Uint8Array;
  private lastEnd = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly profile: Profile,
    private readonly deepest: number,
  ) {
    this.functions = frameFunctions(profile);
    this.kinds = stackKinds(profile);
  }

  /** What begins less than `tolerance` after the one before goes on with it. */
  add(stack: number, begin: number, end: number, tolerance: number): void {
    if (this.kinds[stack] === FrameKind.Idle) return;
    const goesOn = begin - this.lastEnd < tolerance;
    const from = goesOn ? this.lastEnd : begin;
    const to = Math.max(end, from + 1);
    if (!goesOn) this.open.length = 0;
    this.place(this.path(stack), from, to);
    this.lastEnd = to;
  }

  private place(path: readonly number[], from: number, to: number): void {
    const { rows, open } = this;
    let shared = 0;
    while (shared < path.length && shared < open.length && open[shared] === path[shared]) shared++;
    for (let level = 0; level < shared; level++) rows[level].to[rows[level].to.length - 1] = to;
    open.length = shared;
    for (let level = shared; level < path.length; level++) {
      rows[level] ??= { from: [], to: [], key: [], parent: [] };
      const row = rows[level];
      row.from.push(from);
      row.to.push(to);
      row.key.push(path[level]);
      row.parent.push(level === 0 ? NO_BOX : rows[level - 1].to.length - 1);
      open.push(path[level]);
    }
  }

  /** The keys of a stack, outermost first. */
  private path(stack: number): number[] {
    const { stacks, frames, functions } = this.profile;
    const { parent, frame } = stacks.columns;
    const path: number[] = [];
    for (let at = stack; at !== ROOT; at = parent.data[at]) {
      const func = this.functions[frame.data[at]];
      path.push(func === NO_FUNCTION ? functions.length + frames.kind(frame.data[at]) : func);
    }
    path.reverse();
    if (path.length > this.deepest) path.length = this.deepest;
    return path;
  }

  boxes({ from: start, to: end }: TimeRange): Boxes {
    const levels = new Uint32Array(this.rows.length + 1);
    this.rows.forEach((row, level) => {
      levels[level + 1] = levels[level] + row.from.length;
    });
    const count = levels[this.rows.length];
    const boxes = {
      levels,
      from: new Float64Array(count),
      to: new Float64Array(count),
      key: new Uint32Array(count),
      self: new Float64Array(count),
      parent: new Uint32Array(count).fill(NO_BOX),
      start,
      end,
    };
    this.rows.forEach((row, level) => {
      boxes.from.set(row.from, levels[level]);
      boxes.to.set(row.to, levels[level]);
      boxes.key.set(row.key, levels[level]);
      if (level > 0)
        for (let i = 0; i < row.parent.length; i++)
          boxes.parent[levels[level] + i] = levels[level - 1] + row.parent[i];
    });
    for (let box = 0; box < count; box++) {
      const length = boxes.to[box] - boxes.from[box];
      boxes.self[box] += length;
      if (boxes.parent[box] !== NO_BOX) boxes.self[boxes.parent[box]] -= length;
    }
    return boxes;
  }
}

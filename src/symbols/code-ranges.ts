/** Disjoint ranges of code by start, and what names each of them. */
export interface CodeRanges {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly name: Uint32Array;
}

export const NO_RANGES: CodeRanges = allocate(0);

/** The name of the range that holds `address`, or -1. */
export function findRange({ start, end, name }: CodeRanges, address: number): number {
  let low = 0;
  let high = start.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (start[middle] <= address) low = middle + 1;
    else high = middle;
  }
  return low > 0 && address < end[low - 1] ? name[low - 1] : -1;
}

/** `old` and `added` (oldest first, which may overlap one another) together, without what a later one overlaps. */
export function addEvicting(old: CodeRanges, added: CodeRanges): CodeRanges {
  const { kept, covered } = paint(added);
  const result = allocate(old.start.length + kept.length);
  let length = 0;
  const take = (from: CodeRanges, i: number) => {
    result.start[length] = from.start[i];
    result.end[length] = from.end[i];
    result.name[length++] = from.name[i];
  };
  let next = 0;
  let cover = 0;
  for (let i = 0; i < old.start.length; i++) {
    while (cover < covered.length && covered[cover + 1] <= old.start[i]) cover += 2;
    if (cover < covered.length && covered[cover] < old.end[i]) continue;
    while (next < kept.length && added.start[kept[next]] < old.start[i]) take(added, kept[next++]);
    take(old, i);
  }
  while (next < kept.length) take(added, kept[next++]);
  return {
    start: result.start.subarray(0, length),
    end: result.end.subarray(0, length),
    name: result.name.subarray(0, length),
  };
}

/**
 * Which ranges no later one overlaps, by start, and what all of them together cover, as pairs of start and end.
 * From the newest to the oldest each paints what is still blank; one that finds paint is evicted. Painted runs
 * are skipped through links that are shortened as they are walked, so no overlap, however large, costs much.
 */
function paint({ start, end }: CodeRanges): { kept: Uint32Array; covered: number[] } {
  const cuts = cutsOf(start, end);
  const nextBlank = Uint32Array.from({ length: cuts.length }, (_, i) => i);
  const kept: number[] = [];
  for (let range = start.length - 1; range >= 0; range--) {
    const from = indexOf(cuts, start[range]);
    const to = indexOf(cuts, end[range]);
    let painted = 0;
    for (let cut = blankFrom(nextBlank, from); cut < to; cut = blankFrom(nextBlank, cut)) {
      nextBlank[cut] = cut + 1;
      painted++;
    }
    if (painted === to - from) kept.push(range);
  }
  const byStart = Uint32Array.from(kept).sort((a, b) => start[a] - start[b]);
  return { kept: byStart, covered: paintedRuns(cuts, nextBlank) };
}

/** The first cut from `from` on whose piece is blank; the last cut begins none and so always is. */
function blankFrom(nextBlank: Uint32Array, from: number): number {
  let blank = from;
  while (nextBlank[blank] !== blank) {
    nextBlank[blank] = nextBlank[nextBlank[blank]];
    blank = nextBlank[blank];
  }
  return blank;
}

function paintedRuns(cuts: Float64Array, nextBlank: Uint32Array): number[] {
  const runs: number[] = [];
  for (let cut = 0; cut < cuts.length; cut++) {
    if (nextBlank[cut] === cut) continue;
    if (runs.length > 0 && runs[runs.length - 1] === cuts[cut]) runs[runs.length - 1] = cuts[cut + 1];
    else runs.push(cuts[cut], cuts[cut + 1]);
  }
  return runs;
}

/** Every start and end once, sorted: between two neighbours nothing begins or ends. */
function cutsOf(start: Float64Array, end: Float64Array): Float64Array {
  const cuts = new Float64Array(start.length * 2);
  cuts.set(start);
  cuts.set(end, start.length);
  cuts.sort();
  let length = 0;
  for (let i = 0; i < cuts.length; i++) {
    if (i === 0 || cuts[i] !== cuts[length - 1]) cuts[length++] = cuts[i];
  }
  return cuts.subarray(0, length);
}

/** Index of a value that is there. */
function indexOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function allocate(capacity: number): CodeRanges {
  return {
    start: new Float64Array(capacity),
    end: new Float64Array(capacity),
    name: new Uint32Array(capacity),
  };
}

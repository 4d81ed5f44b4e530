/** Stands for "no box". */
export const NO_BOX = 0xffffffff;

/**
 * The boxes of a chart in which callees lie on their callers, level by level and in each from left to right, so that
 * what is seen of a level is found by halving. Positions are weights in a flame graph, nanoseconds in a time chart.
 */
export interface Boxes {
  /** First box of each level, and behind it their number. */
  readonly levels: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** The function, or `markerBase` and more for a marker. */
  readonly key: Uint32Array;
  /** What of the box is no callee's. */
  readonly self: Float64Array;
  /** The caller's box, `NO_BOX` on the first level. */
  readonly parent: Uint32Array;
  readonly start: number;
  readonly end: number;
}

export function depthOf({ levels }: Boxes): number {
  return levels.length - 1;
}

/** The level of a box. */
export function levelOf({ levels }: Boxes, box: number): number {
  let low = 0;
  let high = levels.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= box) low = middle;
    else high = middle;
  }
  return low;
}

/** The first box of `level` that ends after `position`; the level's end when there is none. */
export function firstAfter(
  { levels, to }: Boxes,
  level: number,
  position: number,
  from = levels[level],
): number {
  let low = from;
  let high = levels[level + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (to[middle] > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The box of `level` at `position`. */
export function boxAt(boxes: Boxes, level: number, position: number): number {
  if (level < 0 || level >= depthOf(boxes)) return NO_BOX;
  const box = firstAfter(boxes, level, position);
  return box < boxes.levels[level + 1] && boxes.from[box] <= position ? box : NO_BOX;
}

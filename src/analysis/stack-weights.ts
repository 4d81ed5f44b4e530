import type { Profile } from '../profile/profile.js';
import { frameFunctions, NO_FUNCTION } from './own-functions.js';

/**
 * The stacks that carry weight, in preorder (a caller before its callees, its whole subtree next to it), so that
 * every analysis is a walk along arrays that keeps the current path by depth. Row 0 is the empty stack.
 */
export interface StackWeights {
  readonly length: number;
  /** The most frames of any row. */
  readonly deepest: number;
  /** The stack's id in the profile. */
  readonly stack: Uint32Array;
  /** Number of frames. */
  readonly depth: Uint32Array;
  /** The innermost frame's function, or `NO_FUNCTION` for a marker. */
  readonly func: Uint32Array;
  /** Weight of the samples that end here. */
  readonly self: Float64Array;
  /** Weight of the samples that end here or below. */
  readonly total: Float64Array;
}

/** Orders the stacks by `own`, the weight of each stack's samples by stack id. */
export function weighStacks(profile: Profile, own: Float64Array): StackWeights {
  const parents = profile.stacks.columns.parent.data;
  const frames = profile.stacks.columns.frame.data;
  const totals = own.slice();
  const sizes = new Uint32Array(own.length);
  sumUpwards(parents, totals, sizes);

  const ofFrame = frameFunctions(profile);
  const length = sizes[0];
  const rows = {
    length,
    deepest: 0,
    stack: new Uint32Array(length),
    depth: new Uint32Array(length),
    func: new Uint32Array(length).fill(NO_FUNCTION),
    self: new Float64Array(length),
    total: new Float64Array(length),
  };
  rows.self[0] = own[0];
  rows.total[0] = totals[0];
  const depths = new Uint32Array(own.length);
  const nextRow = new Uint32Array(own.length);
  nextRow[0] = 1;
  for (let id = 1; id < own.length; id++) {
    if (sizes[id] === 0) continue;
    const parent = parents[id];
    const row = nextRow[parent];
    nextRow[parent] += sizes[id];
    nextRow[id] = row + 1;
    depths[id] = depths[parent] + 1;
    rows.deepest = Math.max(rows.deepest, depths[id]);
    rows.stack[row] = id;
    rows.depth[row] = depths[id];
    rows.func[row] = ofFrame[frames[id]];
    rows.self[row] = own[id];
    rows.total[row] = totals[id];
  }
  return rows;
}

/** Adds children to parents; `sizes` becomes the number of weighty stacks in each subtree, 0 for none. */
function sumUpwards(parents: Uint32Array, totals: Float64Array, sizes: Uint32Array): void {
  for (let id = totals.length - 1; id > 0; id--) {
    if (totals[id] === 0) continue;
    sizes[id]++;
    totals[parents[id]] += totals[id];
    sizes[parents[id]] += sizes[id];
  }
  sizes[0]++;
}

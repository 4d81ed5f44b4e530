import type { FunctionId } from '../profile/functions.js';
import { groupTotals } from './group-totals.js';
import type { Selection } from './selection.js';

/** A function's weights, in the selection's unit. */
export interface FunctionWeight {
  readonly func: FunctionId;
  readonly self: number;
  /** With everything it called; a recursive function is counted once. */
  readonly total: number;
  /** `total` by the tier of the function's outermost frame, indexed by `Tier`. */
  readonly tiers: Float64Array;
}

const TIERS = 8;

/** The functions that were seen, heaviest by self first. */
export function functionWeights(selection: Selection): FunctionWeight[] {
  const { profile, stacks } = selection;
  const count = profile.functions.length;
  const frameOf = profile.stacks.columns.frame.data;
  const tiers = new Float64Array(count * TIERS);
  const identity = Uint32Array.from({ length: count }, (_, func) => func);
  const { self, total } = groupTotals(selection, identity, count, (func, row) => {
    tiers[func * TIERS + profile.frames.tier(frameOf[stacks.stack[row]])] += stacks.total[row];
  });
  const weights: FunctionWeight[] = [];
  for (let func = 0; func < count; func++) {
    if (total[func] === 0) continue;
    const ofFunction = tiers.subarray(func * TIERS, (func + 1) * TIERS);
    weights.push({ func, self: self[func], total: total[func], tiers: ofFunction });
  }
  return weights.sort((a, b) => b.self - a.self || b.total - a.total || a.func - b.func);
}

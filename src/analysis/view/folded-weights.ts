import type { FunctionId } from '../../profile/functions.js';
import type { Profile } from '../../profile/profile.js';
import { chooseMeasure, type Measure } from '../measure.js';
import { NO_FUNCTION, ownFunctions } from '../own-functions.js';
import { LEFT_OUT } from './stack-fates.js';

/** Self weight that a view moved from one function to another. */
export interface FoldedWeight {
  /** Whose own time it was, a function of the recording. */
  readonly from: FunctionId;
  /** Whose it is now, a function of the view. */
  readonly into: FunctionId;
  /** In the unit of the view's measure. */
  readonly weight: number;
}

/** What a view did with the weight of the event that a report is about. */
export interface ViewWeights {
  readonly measure: Measure;
  /** Heaviest first. */
  readonly folded: readonly FoldedWeight[];
  readonly foldedWeight: number;
  /** Samples that the view leaves out, and their weight. */
  readonly leftOutSamples: number;
  readonly leftOutWeight: number;
}

/** Compares who owned each sample's own time before and after; `remap` is the new stack of each stack. */
export function viewWeights(profile: Profile, derived: Profile, remap: Uint32Array): ViewWeights {
  const measure = chooseMeasure(profile);
  const { weights, samples } = sumByStack(profile, measure);
  const before = ownFunctions(profile);
  const after = ownFunctions(derived);
  const pairs = new Map<number, number>();
  const functions = derived.functions.length;
  const sums = { foldedWeight: 0, leftOutSamples: 0, leftOutWeight: 0 };
  for (let stack = 0; stack < remap.length; stack++) {
    if (samples[stack] === 0) continue;
    if (remap[stack] === LEFT_OUT) {
      sums.leftOutSamples += samples[stack];
      sums.leftOutWeight += weights[stack];
      continue;
    }
    const [from, into] = [before[stack], after[remap[stack]]];
    if (from === into || from === NO_FUNCTION || into === NO_FUNCTION) continue;
    const pair = from * functions + into;
    pairs.set(pair, (pairs.get(pair) ?? 0) + weights[stack]);
    sums.foldedWeight += weights[stack];
  }
  const folded = [...pairs]
    .map(([pair, weight]) => ({ from: Math.floor(pair / functions), into: pair % functions, weight }))
    .sort((a, b) => b.weight - a.weight || a.from - b.from || a.into - b.into);
  return { measure, folded, ...sums };
}

function sumByStack(
  { stacks }: Profile,
  { series }: Measure,
): { weights: Float64Array; samples: Uint32Array } {
  const weights = new Float64Array(stacks.length);
  const samples = new Uint32Array(stacks.length);
  for (const { pending, stacks: ids, weights: amounts } of series) {
    for (let i = 0; i < pending; i++) {
      weights[ids.data[i]] += amounts.data[i];
      samples[ids.data[i]]++;
    }
  }
  return { weights, samples };
}

import type { Selection } from './selection.js';
import { type NamedWeight, weightsByName } from './text-groups.js';

/** Weights by npm package, heaviest by self first. What belongs to no package is not in it. */
export function packageWeights(selection: Selection): NamedWeight[] {
  return weightsByName(selection, (func) => selection.profile.functions.package(func));
}

import { functionFile } from './function-names.js';
import type { Selection } from './selection.js';
import { type NamedWeight, weightsByName } from './text-groups.js';

/** Weights by script or binary, heaviest by self first; `name` is its path or url. */
export function fileWeights(selection: Selection): NamedWeight[] {
  return weightsByName(selection, (func) => functionFile(selection.profile, func));
}

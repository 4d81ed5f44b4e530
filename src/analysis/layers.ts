import { LAYER_NAMES, Layer } from '../profile/layers.js';
import { groupTotals } from './group-totals.js';
import type { Selection } from './selection.js';

/** A layer's weights, in the selection's unit. */
export interface LayerWeight {
  readonly layer: Layer;
  /** Samples whose innermost function is of this layer. These add up to the selection's total. */
  readonly self: number;
  /** Samples with a function of this layer anywhere on the stack. */
  readonly total: number;
}

/** The layers that were seen, heaviest by self first. Samples without any function are `unknown`. */
export function layerWeights(selection: Selection): LayerWeight[] {
  const { functions } = selection.profile;
  const groupOf = Uint32Array.from(functions.columns.layer.data.subarray(0, functions.length));
  const { self, total, unowned } = groupTotals(selection, groupOf, LAYER_NAMES.length);
  self[Layer.Unknown] += unowned;
  total[Layer.Unknown] += unowned;
  return LAYER_NAMES.map((_, layer) => ({ layer, self: self[layer], total: total[layer] }))
    .filter((weight) => weight.total > 0)
    .sort((a, b) => b.self - a.self || b.total - a.total);
}

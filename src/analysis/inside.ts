import type { FunctionId } from '../profile/functions.js';
import { LAYER_NAMES, Layer } from '../profile/layers.js';
import { isCollector } from './garbage-collection.js';
import { NO_FUNCTION } from './own-functions.js';
import type { Selection } from './selection.js';

/** What the total of a function is made of, in the selection's unit. */
export interface InsideWeights {
  /** By the layer of the innermost function, heaviest first. */
  readonly byLayer: readonly { readonly layer: Layer; readonly weight: number }[];
  /** The part in the garbage collector, which is of the layer `v8`. */
  readonly collector: number;
}

/** Divides the total of `func` by what ran innermost. */
export function insideWeights({ profile, stacks }: Selection, func: FunctionId): InsideWeights {
  const byLayer = new Float64Array(LAYER_NAMES.length);
  const collecting = Uint8Array.from({ length: profile.functions.length }, (_, id) =>
    isCollector(profile, id) ? 1 : 0,
  );
  let collector = 0;
  /** Along the current path by depth. */
  const inside = [false];
  const inCollector = [false];
  const layers = [Layer.Unknown as Layer];
  for (let row = 1; row < stacks.length; row++) {
    const depth = stacks.depth[row];
    const here = stacks.func[row];
    inside[depth] = inside[depth - 1] || here === func;
    inCollector[depth] = inCollector[depth - 1] || (here !== NO_FUNCTION && collecting[here] === 1);
    layers[depth] = here === NO_FUNCTION ? layers[depth - 1] : profile.functions.layer(here);
    if (!inside[depth]) continue;
    byLayer[layers[depth]] += stacks.self[row];
    if (inCollector[depth]) collector += stacks.self[row];
  }
  return {
    byLayer: Array.from(byLayer, (weight, layer) => ({ layer: layer as Layer, weight }))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight),
    collector,
  };
}

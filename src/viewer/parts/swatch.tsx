import { LAYER_NAMES } from '../../profile/layers.js';

/** A layer's colour as a small square. */
export function Swatch({ layer }: { layer: number }) {
  return <span class="swatch" data-layer={LAYER_NAMES[layer]} aria-hidden="true" />;
}

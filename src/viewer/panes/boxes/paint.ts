import { LAYER_NAMES } from '../../../profile/layers.js';
import type { Colours } from '../../parts/colours.js';
import type { FunctionFacts } from '../../worker/protocol.js';

/** What a box is painted with, by index: the layers' colours, then the marker's; the same again for what is faded. */
export const MARKER_PAINT = LAYER_NAMES.length;
export const FADED = LAYER_NAMES.length + 1;
export const MATCH_PAINT = FADED * 2;

export function palette({ layers, marker, surface, match }: Colours): string[] {
  const plain = [...layers, marker];
  return [...plain, ...plain.map((colour) => `color-mix(in srgb, ${colour} 28%, ${surface})`), match];
}

/** The paint of each function, and behind them that of the markers. */
export function paintOfKeys(functions: FunctionFacts, matches: Uint8Array | undefined): Uint8Array {
  const { length } = functions.names;
  const paints = new Uint8Array(length + 8).fill(MARKER_PAINT);
  paints.set(functions.layers);
  if (matches === undefined) return paints;
  for (let key = 0; key < paints.length; key++) {
    paints[key] = key < length && matches[key] === 1 ? MATCH_PAINT : paints[key] + FADED;
  }
  return paints;
}

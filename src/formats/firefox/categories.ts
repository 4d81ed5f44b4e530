/** Our layers as categories, each with the tiers as its subcategories, and the colours that the profiler has. */
import { TIER_NAMES } from '../../profile/frames.js';
import { LAYER_NAMES } from '../../profile/layers.js';

const COLOURS: Readonly<Record<(typeof LAYER_NAMES)[number], string>> = {
  kernel: 'orange',
  libc: 'brown',
  system: 'purple',
  libuv: 'lightblue',
  node: 'blue',
  addon: 'magenta',
  v8: 'red',
  'node-js': 'green',
  dependency: 'lightred',
  application: 'yellow',
  // The first grey one is that of what has none.
  unknown: 'grey',
};

/** After the layers: that of waiting, which is not drawn. */
export const IDLE_CATEGORY = LAYER_NAMES.length;

const SUBCATEGORIES = ['Other', ...TIER_NAMES.slice(1)];

/** `meta.categories`. */
export const CATEGORIES = [
  ...LAYER_NAMES.map((name) => ({ name, color: COLOURS[name], subcategories: SUBCATEGORIES })),
  { name: 'idle', color: 'transparent', subcategories: ['Other'] },
];

/**
 * Colours of functions. `hot`, `mem` and `io` are the palettes of flamegraph.pl, where a name always has the same
 * colour; `js` tells JavaScript, V8, C++, libraries and kernel apart; `layer` gives each layer of the model its own.
 */
import { LAYER_NAMES, Layer } from '../../profile/layers.js';

export const PALETTES = ['layer', 'js', 'hot', 'mem', 'io'] as const;
export type Palette = (typeof PALETTES)[number];

/** Hue (degrees), saturation and lightness (percent). */
type Tone = readonly [number, number, number];

/** The application stands out, what a reader cannot change steps back. */
const LAYER_TONES: Readonly<Record<Layer, Tone>> = {
  [Layer.Kernel]: [28, 88, 66],
  [Layer.Libc]: [44, 82, 68],
  [Layer.System]: [60, 52, 68],
  [Layer.Libuv]: [262, 56, 78],
  [Layer.Node]: [96, 38, 68],
  [Layer.Addon]: [334, 64, 76],
  [Layer.V8]: [212, 56, 76],
  [Layer.NodeJs]: [152, 38, 68],
  [Layer.Dependency]: [184, 50, 64],
  [Layer.Application]: [10, 84, 67],
  [Layer.Unknown]: [0, 0, 78],
};

const LEGEND_ORDER = [
  Layer.Application,
  Layer.Dependency,
  Layer.NodeJs,
  Layer.V8,
  Layer.Addon,
  Layer.Node,
  Layer.Libuv,
  Layer.System,
  Layer.Libc,
  Layer.Kernel,
  Layer.Unknown,
];

/** As flamegraph.pl's `--color=js`: green, aqua, yellow, red, orange. */
const JS_TONES: readonly (readonly [string, Tone, readonly Layer[]])[] = [
  ['JavaScript', [108, 52, 62], [Layer.Application, Layer.Dependency, Layer.NodeJs]],
  ['V8', [184, 52, 66], [Layer.V8]],
  ['C++', [54, 76, 62], [Layer.Node, Layer.Libuv, Layer.Addon]],
  ['libraries', [6, 80, 70], [Layer.Libc, Layer.System]],
  ['kernel', [32, 92, 62], [Layer.Kernel]],
  ['unknown', [0, 0, 78], [Layer.Unknown]],
];

/** Processes and threads. */
const NO_CODE = '#cdcdd3';

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
}

/** The colour of a function as CSS writes it, `#rrggbb`. */
export function colorOf(palette: Palette, name: string, layer: Layer | undefined): string {
  if (layer === undefined) return NO_CODE;
  if (palette === 'layer') return varied(LAYER_TONES[layer], name);
  if (palette === 'js') return varied(JS_TONES.find(([, , layers]) => layers.includes(layer))![1], name);
  const [a, b] = [nameVector(name), nameVector([...name.slice(-3)].reverse().join(''))];
  if (palette === 'hot') return rgb(205 + 50 * b, 230 * a, 55 * b);
  if (palette === 'mem') return rgb(0, 190 + 50 * b, 210 * a);
  return rgb(80 + 60 * a, 80 + 60 * a, 190 + 55 * b);
}

/** What the colours stand for, of `layers` those that are there; none where they stand for nothing. */
export function legendOf(palette: Palette, layers: ReadonlySet<Layer | undefined>): LegendEntry[] {
  const entries: (readonly [string, Tone, readonly Layer[]])[] =
    palette === 'layer'
      ? LEGEND_ORDER.map((id) => [LAYER_NAMES[id], LAYER_TONES[id], [id]] as const)
      : palette === 'js'
        ? [...JS_TONES]
        : [];
  return entries
    .filter(([, , which]) => which.some((layer) => layers.has(layer)))
    .map(([name, tone]) => ({ name, color: hsl(tone) }));
}

/** Neighbours of one tone are told apart by a little light. */
function varied([hue, saturation, lightness]: Tone, name: string): string {
  const hash = hashOf(name);
  return hsl([hue + (hash % 9) - 4, saturation, lightness + ((hash >>> 8) % 9) - 4]);
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length && i < 256; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** flamegraph.pl's `namehash`: 0 to 1, by the first three characters, the first most. */
function nameVector(name: string): number {
  let vector = 0;
  let weight = 1;
  let most = 1;
  for (let i = 0; i < 3 && i < name.length; i++) {
    const modulus = 10 + i;
    vector += ((name.charCodeAt(i) % modulus) / modulus) * weight;
    most += weight;
    weight *= 0.7;
  }
  return 1 - vector / most;
}

function hsl([hue, saturation, lightness]: Tone): string {
  const [s, l] = [saturation / 100, lightness / 100];
  const channel = (n: number) => {
    const k = (n + hue / 30 + 12) % 12;
    return 255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return rgb(channel(0), channel(8), channel(4));
}

function rgb(red: number, green: number, blue: number): string {
  const bits = (Math.round(red) << 16) | (Math.round(green) << 8) | Math.round(blue);
  return `#${bits.toString(16).padStart(6, '0')}`;
}

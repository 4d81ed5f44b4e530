import { signal } from '@preact/signals';
import { LAYER_NAMES } from '../../profile/layers.js';

/** The tokens that canvases draw with, read from the page's style. */
export interface Colours {
  readonly layers: readonly string[];
  readonly surface: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly onLayer: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly match: string;
  readonly marker: string;
  readonly font: string;
}

/** Follows the system between light and dark. */
export const colours = signal(readColours());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colours.value = readColours();
});

function readColours(): Colours {
  const probe = document.body.appendChild(document.createElement('span'));
  const colour = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const read = {
    layers: LAYER_NAMES.map((name) => colour(`layer-${name}`)),
    surface: colour('surface'),
    line: colour('line'),
    text: colour('text'),
    dim: colour('text-dim'),
    onLayer: colour('on-layer'),
    accent: colour('accent'),
    accentSoft: colour('accent-soft'),
    match: colour('match'),
    marker: colour('line-strong'),
    font: getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return read;
}

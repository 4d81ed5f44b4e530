import type { Palette } from './palettes.js';

/** How a flame graph looks; what is left out is as the defaults say. */
export interface FlameGraphOptions {
  /** Heading. Default: the command, or `Flame Graph`. */
  readonly title?: string;
  readonly colors?: Palette;
  /** Roots at the top: an icicle graph. */
  readonly inverted?: boolean;
  /** Pixels; the graph fills the window unless it is given. */
  readonly imageWidth?: number;
  /** Pixels of a frame with its gap. */
  readonly frameHeight?: number;
  /** Pixels. */
  readonly fontSize?: number;
  readonly fontFamily?: string;
  /** Mean width of a character as a part of its height. */
  readonly fontWidth?: number;
  /** Pixels, at a width of 1200: narrower functions are left out with all that they call. */
  readonly minWidth?: number;
  /** Widths are numbers of samples, called so, in place of the event's own unit. */
  readonly countName?: string;
  /** Numbers are shown multiplied by this. */
  readonly factor?: number;
  /** Colours of the background from top to bottom, as CSS writes them. */
  readonly background?: readonly [string, string];
  /** What stands before the function under the pointer. */
  readonly nameType?: string;
}

export const DEFAULT_WIDTH = 1200;

export type Look = Required<Omit<FlameGraphOptions, 'title' | 'imageWidth' | 'countName' | 'background'>> &
  Pick<FlameGraphOptions, 'imageWidth' | 'background'>;

export function lookOf(options: FlameGraphOptions): Look {
  return {
    colors: 'layer',
    inverted: false,
    frameHeight: 18,
    fontSize: 12,
    fontFamily: 'system-ui, "Segoe UI", Roboto, Verdana, sans-serif',
    fontWidth: 0.6,
    minWidth: 0.1,
    factor: 1,
    nameType: '',
    ...options,
  };
}

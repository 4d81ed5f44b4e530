import type { Colours } from '../../parts/colours.js';
import { elide, shortName } from '../../parts/text.js';
import { type Boxes, depthOf, firstAfter, levelOf, NO_BOX } from '../../worker/boxes.js';
import { FADED, MATCH_PAINT } from './paint.js';
import type { Window } from './window.js';

/** Height of a level in CSS pixels. */
export const ROW = 19;
const LABEL_SIZE = 11.5;
/** A box must be so wide for a name in it. */
const LEAST_LABEL = 22;
const LABEL_MARGIN = 4;

/** Everything that decides what a chart looks like. */
export interface Scene {
  readonly boxes: Boxes;
  readonly window: Window;
  /** Of the canvas, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels that are scrolled away above (below when `upwards`). */
  readonly scroll: number;
  readonly upwards: boolean;
  readonly paints: Uint8Array;
  readonly palette: readonly string[];
  readonly colours: Colours;
  readonly nameOf: (key: number) => string;
  readonly hovered: number;
  readonly selected: number;
}

/** Where a chart is drawn: a canvas, or a text of SVG that is written. */
export interface Pen {
  rect(x: number, y: number, width: number, height: number, colour: string): void;
  label(x: number, y: number, width: number, name: string, colour: string): void;
}

/** The top of a level in pixels of the canvas. */
export function levelTop({ upwards, height, scroll }: Scene, level: number): number {
  return upwards ? height - (level + 1) * ROW + scroll : level * ROW - scroll;
}

/** The level at a height of the canvas. */
export function levelAt({ upwards, height, scroll }: Scene, y: number): number {
  return Math.floor(((upwards ? height - y : y) + scroll) / ROW);
}

/** Draws what is seen; what is narrower than a pixel is drawn as pixels, however many boxes there are. */
export function drawBoxes(scene: Scene, pen: Pen): void {
  const first = Math.max(0, Math.floor(scene.scroll / ROW));
  const last = Math.min(depthOf(scene.boxes) - 1, Math.floor((scene.scroll + scene.height) / ROW));
  for (let level = first; level <= last; level++) drawLevel(scene, pen, level);
}

function drawLevel(scene: Scene, pen: Pen, level: number): void {
  const { boxes, window, width, paints, palette, colours } = scene;
  const { from, to, key, levels } = boxes;
  const scale = width / (window.to - window.from);
  const y = levelTop(scene, level);
  const end = levels[level + 1];
  let runStart = 0;
  let runEnd = 0;
  let runPaint = -1;
  const finishRun = () => {
    if (runPaint >= 0) pen.rect(runStart, y, runEnd - runStart, ROW - 1, palette[runPaint]);
    runPaint = -1;
  };
  let box = firstAfter(boxes, level, window.from);
  while (box < end && from[box] < window.to) {
    const left = Math.max(0, (from[box] - window.from) * scale);
    const right = Math.min(width, (to[box] - window.from) * scale);
    const paint = paints[key[box]];
    if (right - left < 1.5) {
      const pixel = Math.floor(left);
      if (runPaint !== paint || pixel > runEnd) {
        finishRun();
        runStart = pixel;
        runPaint = paint;
      }
      runEnd = pixel + 1;
      box = firstAfter(boxes, level, window.from + (pixel + 1) / scale, box + 1);
      continue;
    }
    finishRun();
    pen.rect(left, y, Math.max(1, right - left - 0.75), ROW - 1, palette[paint]);
    if (right - left >= LEAST_LABEL) {
      const colour = paint === MATCH_PAINT ? colours.surface : paint >= FADED ? colours.dim : colours.onLayer;
      const labelLeft = left + LABEL_MARGIN;
      pen.label(labelLeft, y + ROW / 2, right - labelLeft - LABEL_MARGIN, scene.nameOf(key[box]), colour);
    }
    box++;
  }
  finishRun();
}

/** Draws on a canvas, `ratio` device pixels to a CSS pixel. */
export function drawOnCanvas(context: CanvasRenderingContext2D, scene: Scene, ratio: number): void {
  const { colours, width, height } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, width, height);
  context.font = `${LABEL_SIZE}px ${colours.font}`;
  context.textBaseline = 'middle';
  let colourNow = '';
  const use = (colour: string) => {
    if (colour !== colourNow) context.fillStyle = colour;
    colourNow = colour;
  };
  drawBoxes(scene, {
    rect: (x, y, w, h, colour) => {
      use(colour);
      context.fillRect(x, y, w, h);
    },
    label: (x, y, w, name, colour) => {
      const text = fitting(context, name, w);
      if (text === '') return;
      use(colour);
      context.fillText(text, x, y + 0.5);
    },
  });
  outline(context, scene, scene.hovered, 1);
  outline(context, scene, scene.selected, 2);
}

function outline(context: CanvasRenderingContext2D, scene: Scene, box: number, lineWidth: number): void {
  const { boxes, window, width, colours } = scene;
  if (box === NO_BOX || box >= boxes.key.length) return;
  const scale = width / (window.to - window.from);
  const left = Math.max(-2, (boxes.from[box] - window.from) * scale);
  const right = Math.min(width + 2, (boxes.to[box] - window.from) * scale);
  if (right < 0 || left > width) return;
  context.strokeStyle = colours.text;
  context.lineWidth = lineWidth;
  const inset = lineWidth / 2;
  const top = levelTop(scene, levelOf(boxes, box));
  context.strokeRect(
    left + inset,
    top + inset,
    Math.max(1, right - left - lineWidth - 0.75),
    ROW - 1 - lineWidth,
  );
}

const widths = new Map<string, number>();
const MOST_WIDTHS = 20_000;
/** Below this a name is cut at its end: two ends of it would both say nothing. */
const FEW_LETTERS = 9;

/** As much of a name as fits: all, else without its namespaces and arguments, else a part; '' when that says nothing. */
function fitting(context: CanvasRenderingContext2D, name: string, room: number): string {
  if (widthOf(context, name) <= room) return name;
  const short = shortName(name);
  const width = widthOf(context, short);
  if (width <= room) return short;
  for (let letters = Math.floor((room / width) * short.length); letters >= 3; letters--) {
    const cut = letters < FEW_LETTERS ? `${short.slice(0, letters - 1)}…` : elide(short, letters);
    if (widthOf(context, cut) <= room) return cut;
  }
  return '';
}

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size >= MOST_WIDTHS) widths.clear();
  const { width } = context.measureText(text);
  widths.set(text, width);
  return width;
}

import { LAYER_NAMES } from '../../../profile/layers.js';
import type { Colours } from '../../parts/colours.js';
import { tickLabel } from '../../parts/numbers.js';
import { ticks } from '../../parts/ticks.js';
import type { LaneBins } from '../../worker/lanes.js';

export const LANE = 30;
export const AXIS = 18;
/** Pixels a tick of the axis wants. */
const TICK = 110;
const LAYERS = LAYER_NAMES.length;

export interface Strips {
  readonly bins: LaneBins;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** The selected range in ns; undefined for all. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
  readonly lane: number | undefined;
  readonly layer: number | undefined;
  readonly colours: Colours;
}

export function drawStrips(context: CanvasRenderingContext2D, strips: Strips, ratio: number): void {
  const { width, bins, colours } = strips;
  const height = AXIS + bins.length * LANE;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, width, height);
  drawAxis(context, strips, height);
  bins.forEach((lane, index) => {
    const isFaded = strips.lane !== undefined && strips.lane !== index;
    context.globalAlpha = isFaded ? 0.3 : 1;
    drawLane(context, strips, lane, AXIS + index * LANE);
    context.globalAlpha = 1;
    context.fillStyle = colours.line;
    context.fillRect(0, AXIS + (index + 1) * LANE - 1, width, 1);
  });
  if (strips.range) drawRange(context, strips, strips.range, height);
}

function drawAxis(
  context: CanvasRenderingContext2D,
  { width, from, to, colours }: Strips,
  height: number,
): void {
  context.font = `11px ${colours.font}`;
  context.textBaseline = 'middle';
  for (const tick of ticks(from, to, width / TICK)) {
    const x = ((tick - from) / (to - from)) * width;
    context.fillStyle = colours.line;
    context.fillRect(x, 0, 1, height);
    context.fillStyle = colours.dim;
    const label = tickLabel(tick);
    if (x + 40 < width) context.fillText(label, x + 4, AXIS / 2);
  }
}

/** A lane's layers on each other, your code below; a full lane is one CPU, or as many as it used at most. */
function drawLane(context: CanvasRenderingContext2D, strips: Strips, lane: Float32Array, top: number): void {
  const count = lane.length / LAYERS;
  const step = strips.width / count;
  const full = Math.max(1, highest(lane));
  const room = LANE - 4;
  const heights = new Float64Array(count);
  for (let layer = LAYERS - 1; layer >= 0; layer--) {
    context.fillStyle = strips.colours.layers[layer];
    if (strips.layer !== undefined && strips.layer !== layer) context.globalAlpha *= 0.25;
    for (let bin = 0; bin < count; bin++) {
      const value = lane[bin * LAYERS + layer];
      if (value === 0) continue;
      const height = (value / full) * room;
      const y = top + LANE - 1 - heights[bin] - height;
      context.fillRect(bin * step, y, step + 0.3, height + 0.3);
      heights[bin] += height;
    }
    if (strips.layer !== undefined && strips.layer !== layer) context.globalAlpha /= 0.25;
  }
}

/** The busiest bin; the top two of a hundred do not count, for time that samples stand for comes in lumps. */
function highest(lane: Float32Array): number {
  const sums: number[] = [];
  for (let bin = 0; bin < lane.length; bin += LAYERS) {
    let sum = 0;
    for (let layer = 0; layer < LAYERS; layer++) sum += lane[bin + layer];
    sums.push(sum);
  }
  sums.sort((a, b) => a - b);
  return sums[Math.floor((sums.length - 1) * 0.98)] ?? 0;
}

function drawRange(
  context: CanvasRenderingContext2D,
  { width, from, to, colours }: Strips,
  range: { from: number; to: number },
  height: number,
): void {
  const left = ((range.from - from) / (to - from)) * width;
  const right = ((range.to - from) / (to - from)) * width;
  context.globalAlpha = 0.72;
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, left, height);
  context.fillRect(right, 0, width - right, height);
  context.globalAlpha = 1;
  context.fillStyle = colours.accent;
  context.fillRect(left - 1, 0, 2, height);
  context.fillRect(right - 1, 0, 2, height);
}

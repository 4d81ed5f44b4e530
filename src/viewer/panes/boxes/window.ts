import type { Boxes } from '../../worker/boxes.js';

/** The part of a chart that is seen, in its own unit. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** The deepest zoom: this share of the whole, beyond which doubles no longer tell neighbours apart. */
const SMALLEST_SHARE = 1e-9;

export function wholeWindow({ start, end }: Boxes): Window {
  return { from: start, to: Math.max(end, start + 1e-9) };
}

/** `window` kept within the chart. */
export function within(boxes: Boxes, { from, to }: Window): Window {
  const whole = wholeWindow(boxes);
  const length = Math.min(
    whole.to - whole.from,
    Math.max(to - from, (whole.to - whole.from) * SMALLEST_SHARE),
  );
  const start = Math.min(Math.max(whole.from, from), whole.to - length);
  return { from: start, to: start + length };
}

/** Zooms by `factor` (below 1 is closer) with `position` staying where it is. */
export function zoomed(boxes: Boxes, { from, to }: Window, factor: number, position: number): Window {
  return within(boxes, {
    from: position - (position - from) * factor,
    to: position + (to - position) * factor,
  });
}

export function moved(boxes: Boxes, { from, to }: Window, by: number): Window {
  return within(boxes, { from: from + by, to: to + by });
}

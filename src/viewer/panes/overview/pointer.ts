import { range } from '../../state/view.js';
import { AXIS, LANE } from './draw.js';
import type { OverviewState } from './overview.js';

const CLICK = 4;
const ZOOM_PER_PIXEL = 1.0025;

/** Drag selects a range, a click selects all, the wheel zooms. Returns what ends that. */
export function followStrips(canvas: HTMLCanvasElement, state: OverviewState): () => void {
  let pressedAt: number | undefined;
  const ending = new AbortController();
  const listen = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    take: (event: HTMLElementEventMap[Name]) => void,
  ) => canvas.addEventListener(name, take, { signal: ending.signal, passive: false });

  listen('pointerdown', (event) => {
    if (event.button !== 0) return;
    pressedAt = event.offsetX;
    canvas.setPointerCapture(event.pointerId);
  });
  listen('pointermove', ({ offsetX, offsetY, clientX, clientY }) => {
    state.pointed.value = {
      lane: Math.floor((offsetY - AXIS) / LANE),
      ns: state.nsAt(offsetX),
      x: clientX,
      y: clientY,
    };
    if (pressedAt === undefined || Math.abs(offsetX - pressedAt) < CLICK) return;
    const [a, b] = [state.nsAt(pressedAt), state.nsAt(offsetX)];
    range.value = { from: Math.min(a, b), to: Math.max(a, b) };
  });
  listen('pointerup', ({ offsetX }) => {
    if (pressedAt !== undefined && Math.abs(offsetX - pressedAt) < CLICK) range.value = undefined;
    pressedAt = undefined;
  });
  listen('pointerleave', () => {
    state.pointed.value = undefined;
  });
  listen('wheel', (event) => {
    if (event.shiftKey) return;
    event.preventDefault();
    const { from, to } = state.seen.value;
    const at = state.nsAt(event.offsetX);
    const factor = ZOOM_PER_PIXEL ** event.deltaY;
    state.see({ from: at - (at - from) * factor, to: at + (to - at) * factor });
  });
  return () => ending.abort();
}

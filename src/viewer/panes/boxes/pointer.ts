import { NO_BOX } from '../../worker/boxes.js';
import type { ChartState } from './box-chart.js';
import { moved, zoomed } from './window.js';

/** A press that moves less than this is a click. */
const CLICK = 4;
const ZOOM_PER_PIXEL = 1.0025;

/** Hover, click to zoom, drag to move, wheel to zoom. Returns what ends that. */
export function followPointer(canvas: HTMLCanvasElement, state: ChartState): () => void {
  let pressed: { x: number; y: number; moved: boolean } | undefined;
  const ending = new AbortController();
  const listen = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    take: (event: HTMLElementEventMap[Name]) => void,
  ) => canvas.addEventListener(name, take, { signal: ending.signal, passive: false });

  listen('pointerdown', (event) => {
    if (event.button !== 0) return;
    pressed = { x: event.clientX, y: event.clientY, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  listen('pointermove', (event) => {
    if (pressed) {
      const [dx, dy] = [event.clientX - pressed.x, event.clientY - pressed.y];
      if (!pressed.moved && Math.hypot(dx, dy) < CLICK) return;
      pressed = { x: event.clientX, y: event.clientY, moved: true };
      state.hovered.value = NO_BOX;
      drag(state, dx, dy);
      return;
    }
    state.hovered.value = state.boxAtPoint(event.offsetX, event.offsetY);
    state.pointer.value = { x: event.clientX, y: event.clientY };
    canvas.style.cursor = state.hovered.value === NO_BOX ? 'default' : 'pointer';
  });
  listen('pointerup', (event) => {
    const isClick = pressed !== undefined && !pressed.moved;
    pressed = undefined;
    const box = state.boxAtPoint(event.offsetX, event.offsetY);
    if (isClick && box !== NO_BOX) state.zoomTo(box);
  });
  listen('pointercancel', () => {
    pressed = undefined;
  });
  listen('pointerleave', () => {
    state.hovered.value = NO_BOX;
  });
  listen('wheel', (event) => {
    event.preventDefault();
    turn(state, event);
  });
  return () => ending.abort();
}

function drag(state: ChartState, dx: number, dy: number): void {
  const { from, to } = state.seen;
  const boxes = state.boxes.value;
  if (state.window.value)
    state.window.value = moved(boxes, state.seen, (-dx / state.size.value.width) * (to - from));
  state.scrollBy(isUpwards(state) ? dy : -dy);
}

function turn(state: ChartState, event: WheelEvent): void {
  const boxes = state.boxes.value;
  const { from, to } = state.seen;
  const { width } = state.size.value;
  if (event.shiftKey) {
    state.scrollBy(isUpwards(state) ? -event.deltaY : event.deltaY);
    return;
  }
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    state.window.value = moved(boxes, state.seen, (event.deltaX / width) * (to - from));
    return;
  }
  const position = from + (event.offsetX / width) * (to - from);
  const next = zoomed(boxes, state.seen, ZOOM_PER_PIXEL ** event.deltaY, position);
  const isWhole = next.from <= boxes.start && next.to >= boxes.end;
  state.window.value = isWhole ? undefined : next;
}

function isUpwards(state: ChartState): boolean {
  return state.scene().upwards;
}

import { computed, effect, type Signal, signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { colours } from '../../parts/colours.js';
import { duration, percent } from '../../parts/numbers.js';
import { keyName, keyPlace } from '../../parts/text.js';
import { matches, upwards } from '../../state/view.js';
import { type Boxes, boxAt, depthOf, levelOf, NO_BOX } from '../../worker/boxes.js';
import type { Facts, View } from '../../worker/protocol.js';
import { drawOnCanvas, levelAt, ROW, type Scene } from './draw.js';
import { HoverCard } from './hover-card.js';
import { handleKey } from './keys.js';
import { paintOfKeys, palette } from './paint.js';
import { followPointer } from './pointer.js';
import { type Window, wholeWindow, within } from './window.js';

export interface BoxChartProps {
  readonly label: string;
  readonly facts: Facts;
  readonly view: View;
  readonly boxes: Boxes;
  readonly inTime: boolean;
  /** What is seen of the chart, where that is somebody else's concern too. */
  readonly window?: Signal<Window | undefined>;
}

/** The chart that is on the page, for the menu that exports it and the keys that step through matches. */
export const shownChart = signal<ChartState | undefined>(undefined);

const paletteNow = computed(() => palette(colours.value));

/** What a chart shows of its boxes. */
export class ChartState {
  readonly scroll = signal(0);
  readonly hovered = signal(NO_BOX);
  readonly selected = signal(NO_BOX);
  readonly pointer = signal<{ x: number; y: number } | undefined>(undefined);
  readonly size = signal({ width: 0, height: 0 });
  readonly boxes: Signal<Boxes>;
  private readonly paints = computed(() => paintOfKeys(this.props.facts.functions, matches.value));

  constructor(
    readonly props: BoxChartProps,
    readonly window: Signal<Window | undefined>,
  ) {
    this.boxes = signal(props.boxes);
  }

  get seen(): Window {
    return within(this.boxes.value, this.window.value ?? wholeWindow(this.boxes.value));
  }

  /** Takes new boxes; what is seen stays where a filter left the extent as it was. */
  update(boxes: Boxes): void {
    if (boxes === this.boxes.peek()) return;
    const before = this.boxes.peek();
    this.hovered.value = NO_BOX;
    this.selected.value = this.sameBox(before, boxes, this.selected.peek());
    this.boxes.value = boxes;
    if (before.start !== boxes.start || before.end !== boxes.end) {
      if (!this.props.inTime) this.window.value = undefined;
      this.scroll.value = 0;
    }
  }

  /** Of a time chart the box at the same place; boxes of other weights are others. */
  private sameBox(before: Boxes, boxes: Boxes, box: number): number {
    if (box === NO_BOX || !this.props.inTime) return NO_BOX;
    return boxAt(boxes, levelOf(before, box), (before.from[box] + before.to[box]) / 2);
  }

  scene(): Scene {
    const { facts } = this.props;
    return {
      boxes: this.boxes.value,
      window: this.seen,
      ...this.size.value,
      scroll: this.scroll.value,
      upwards: upwards.value,
      paints: this.paints.value,
      palette: paletteNow.value,
      colours: colours.value,
      nameOf: (key) => keyName(facts, key),
      hovered: this.hovered.value,
      selected: this.selected.value,
    };
  }

  zoomTo(box: number): void {
    const boxes = this.boxes.value;
    this.selected.value = box;
    this.window.value = within(boxes, { from: boxes.from[box], to: boxes.to[box] });
  }

  reset(): void {
    this.window.value = undefined;
    this.scroll.value = 0;
  }

  scrollBy(pixels: number): void {
    const most = Math.max(0, depthOf(this.boxes.value) * ROW - this.size.value.height + ROW);
    this.scroll.value = Math.min(most, Math.max(0, this.scroll.value + pixels));
  }

  /** Selects a box and brings it into sight. */
  select(box: number): void {
    if (box === NO_BOX) return;
    const boxes = this.boxes.value;
    const { height, width } = this.size.value;
    const { from, to } = this.seen;
    this.selected.value = box;
    const level = levelOf(boxes, box);
    const top = level * ROW - this.scroll.value;
    if (top < 0 || top > height - ROW) this.scrollBy(top - height / 2);
    const pixels = ((boxes.to[box] - boxes.from[box]) / (to - from)) * width;
    if (pixels >= 4 && boxes.from[box] < to && boxes.to[box] > from) return;
    const room = (boxes.to[box] - boxes.from[box]) * 2;
    this.window.value = within(boxes, { from: boxes.from[box] - room, to: boxes.to[box] + room });
  }

  boxAtPoint(x: number, y: number): number {
    const { from, to } = this.seen;
    const scene = {
      height: this.size.value.height,
      scroll: this.scroll.value,
      upwards: upwards.value,
    } as Scene;
    return boxAt(this.boxes.value, levelAt(scene, y), from + (x / this.size.value.width) * (to - from));
  }
}

export function BoxChart(props: BoxChartProps) {
  const { boxes, facts, view, inTime, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const state = useMemo(() => new ChartState(props, props.window ?? signal(undefined)), [facts, inTime]);
  useLayoutEffect(() => state.update(boxes), [boxes, state]);
  useEffect(() => {
    shownChart.value = state;
    return show(canvas.current!, state);
  }, [state]);
  const focus = state.hovered.value !== NO_BOX ? state.hovered.value : NO_BOX;
  const point = state.pointer.value;
  const card = { facts, view, boxes: state.boxes.value, box: focus, inTime };
  return (
    <div class="chart">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys of its own, as an application does. */}
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={label}
        onKeyDown={(event) => handleKey(event, state)}
      />
      <ZoomMark state={state} inTime={inTime} />
      <div class="sr" aria-live="polite">
        {state.selected.value === NO_BOX ? '' : announce(state, view, inTime)}
      </div>
      {focus !== NO_BOX && point && <HoverCard card={card} x={point.x} y={point.y} />}
    </div>
  );
}

function ZoomMark({ state, inTime }: { state: ChartState; inTime: boolean }) {
  if (state.window.value === undefined) return null;
  const { from, to } = state.seen;
  const whole = wholeWindow(state.boxes.value);
  const words = inTime ? duration(to - from) : percent(to - from, whole.to - whole.from);
  return (
    <button type="button" class="zoom-mark" onClick={() => state.reset()}>
      showing {words} <span aria-hidden="true">✕</span>
    </button>
  );
}

function announce(state: ChartState, view: View, inTime: boolean): string {
  const boxes = state.boxes.value;
  const box = state.selected.value;
  const { facts } = state.props;
  const total = boxes.to[box] - boxes.from[box];
  const amount = inTime ? duration(total) : percent(total, view.total);
  return `${keyName(facts, boxes.key[box])}, ${amount}, ${keyPlace(facts, boxes.key[box])}`;
}

/** Keeps the canvas drawn, once a frame at most, and follows the pointer. Returns what ends that. */
function show(canvas: HTMLCanvasElement, state: ChartState): () => void {
  const context = canvas.getContext('2d', { alpha: false })!;
  const resize = new ResizeObserver(() => {
    const { width, height } = canvas.getBoundingClientRect();
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    state.size.value = { width, height };
  });
  resize.observe(canvas);
  let frame = 0;
  let scene: Scene | undefined;
  const stopDrawing = effect(() => {
    scene = state.scene();
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (scene!.width > 0) drawOnCanvas(context, scene!, devicePixelRatio);
    });
  });
  const stopPointer = followPointer(canvas, state);
  return () => {
    stopDrawing();
    stopPointer();
    resize.disconnect();
    cancelAnimationFrame(frame);
  };
}

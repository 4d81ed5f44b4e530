import { effect, type Signal, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { LAYER_NAMES } from '../../../profile/layers.js';
import { colours } from '../../parts/colours.js';
import { duration } from '../../parts/numbers.js';
import { Swatch } from '../../parts/swatch.js';
import { shown } from '../../parts/text.js';
import { client } from '../../state/recording.js';
import { lane, layer, part, type Range, range } from '../../state/view.js';
import type { LaneBins } from '../../worker/lanes.js';
import type { Facts } from '../../worker/protocol.js';
import { AXIS, drawStrips, LANE } from './draw.js';
import { overviewKey } from './keys.js';
import { followStrips } from './pointer.js';

/** CSS pixels a bin. */
const BIN = 2;

/** What of the recording's time is seen, and what is pointed at. */
export class OverviewState {
  readonly seen: Signal<Range>;
  readonly width = signal(0);
  readonly bins = signal<LaneBins>([]);
  readonly pointed = signal<{ lane: number; ns: number; x: number; y: number } | undefined>(undefined);

  constructor(readonly facts: Facts) {
    this.seen = signal({ from: 0, to: facts.endNs });
  }

  nsAt(x: number): number {
    const { from, to } = this.seen.value;
    return from + (Math.min(this.width.value, Math.max(0, x)) / this.width.value) * (to - from);
  }

  /** Sees from `from` to `to`, kept within the recording. */
  see({ from, to }: Range): void {
    const length = Math.min(this.facts.endNs, Math.max(1000, to - from));
    const start = Math.min(Math.max(0, from), this.facts.endNs - length);
    this.seen.value = { from: start, to: start + length };
  }
}

/** A strip a thread: its CPU by layer over time. What is drawn over by the pointer is what every pane shows. */
export function Overview({ facts }: { facts: Facts }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const state = useMemo(() => new OverviewState(facts), [facts]);
  useEffect(() => show(canvas.current!, state), [state]);
  if (!facts.timed) return null;
  return (
    <section class="overview" aria-label="Overview">
      <div class="lanes">
        <div class="axis">
          {shown(`${facts.lanes.length} ${facts.lanes.length === 1 ? 'lane' : 'lanes'}`)}
        </div>
        {facts.lanes.map((each, index) => (
          <button
            type="button"
            key={each.threads[0]}
            class="lane"
            aria-pressed={lane.value === index}
            title={shown(`${each.command} › ${each.role} ${each.name}`)}
            onClick={() => (lane.value = lane.value === index ? undefined : index)}
          >
            <span class="lane-name">
              {each.role === 'other' ? shown(each.name) : each.role}
              {each.threads.length > 1 && ` × ${each.threads.length}`}
            </span>
            <span class="lane-process">{each.pid > 0 ? each.pid : ''}</span>
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys of its own, as an application does. */}
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label="CPU by layer over time. Arrow keys move the selected range, plus and minus zoom, Escape selects all."
        onKeyDown={(event) => overviewKey(event, state)}
      />
      <Pointed state={state} />
    </section>
  );
}

function Pointed({ state }: { state: OverviewState }) {
  const pointed = state.pointed.value;
  const bins = pointed && state.bins.value[pointed.lane];
  if (!pointed || !bins) return null;
  const { from, to } = state.seen.value;
  const count = bins.length / LAYER_NAMES.length;
  const bin = Math.min(count - 1, Math.floor(((pointed.ns - from) / (to - from)) * count));
  const layers = LAYER_NAMES.map((name, index) => ({
    name,
    index,
    value: bins[bin * LAYER_NAMES.length + index],
  }))
    .filter(({ value }) => value > 0.005)
    .sort((a, b) => b.value - a.value);
  const style = { left: `${Math.min(pointed.x + 14, innerWidth - 220)}px`, top: `${pointed.y + 18}px` };
  return (
    <div class="card" style={style}>
      <div class="card-name">{duration(pointed.ns)}</div>
      {layers.length === 0 && <div class="dim">nothing ran</div>}
      {layers.map(({ name, index, value }) => (
        <div key={name}>
          <Swatch layer={index} /> {name} {(value * 100).toFixed(0)} %
        </div>
      ))}
    </div>
  );
}

/** Keeps the strips counted and drawn, and follows the pointer. Returns what ends that. */
function show(canvas: HTMLCanvasElement | null, state: OverviewState): () => void {
  if (canvas === null) return () => {};
  const { facts } = state;
  const context = canvas.getContext('2d', { alpha: false })!;
  const height = AXIS + facts.lanes.length * LANE;
  canvas.style.height = `${height}px`;
  const resize = new ResizeObserver(() => {
    state.width.value = canvas.getBoundingClientRect().width;
    canvas.width = Math.round(state.width.value * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
  });
  resize.observe(canvas);
  let asked = 0;
  const stopCounting = effect(() => {
    const { from, to } = state.seen.value;
    const bins = Math.floor(state.width.value / BIN);
    const turn = ++asked;
    if (bins < 1) return;
    const options = { part: part.value ?? facts.parts[0], fromNs: from, toNs: to, bins };
    client.ask('overview', options).then(
      (answer) => {
        if (turn === asked) state.bins.value = answer;
      },
      () => {},
    );
  });
  const stopDrawing = effect(() => {
    const strips = {
      bins: state.bins.value,
      width: state.width.value,
      ...state.seen.value,
      range: range.value,
      lane: lane.value,
      layer: layer.value,
      colours: colours.value,
    };
    requestAnimationFrame(() => strips.width > 0 && drawStrips(context, strips, devicePixelRatio));
  });
  const stopPointer = followStrips(canvas, state);
  return () => {
    stopCounting();
    stopDrawing();
    stopPointer();
    resize.disconnect();
  };
}

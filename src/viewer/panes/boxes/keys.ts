import { copy } from '../../parts/clipboard.js';
import { keyName, keyPlace } from '../../parts/text.js';
import { upwards } from '../../state/view.js';
import { type Boxes, depthOf, levelOf, NO_BOX } from '../../worker/boxes.js';
import type { ChartState } from './box-chart.js';
import { moved, zoomed } from './window.js';

const STEP = 0.25;

/** The keys of a chart that has the focus; those it does not know are left to the page. */
export function handleKey(event: KeyboardEvent, state: ChartState): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = ACTIONS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  act(state);
}

const ACTIONS: Record<string, (state: ChartState) => void> = {
  ArrowDown: (state) => (upwards.value ? toCaller(state) : toCallee(state)),
  ArrowUp: (state) => (upwards.value ? toCallee(state) : toCaller(state)),
  ArrowLeft: (state) => toNeighbour(state, -1),
  ArrowRight: (state) => toNeighbour(state, 1),
  Enter: (state) => state.selected.value !== NO_BOX && state.zoomTo(state.selected.value),
  Escape: (state) => state.reset(),
  '0': (state) => state.reset(),
  '+': (state) => zoomBy(state, 1 / 1.5),
  '=': (state) => zoomBy(state, 1 / 1.5),
  '-': (state) => zoomBy(state, 1.5),
  w: (state) => zoomBy(state, 1 / 1.5),
  s: (state) => zoomBy(state, 1.5),
  a: (state) => moveBy(state, -STEP),
  d: (state) => moveBy(state, STEP),
  PageDown: (state) => state.scrollBy(state.size.value.height * 0.8),
  PageUp: (state) => state.scrollBy(-state.size.value.height * 0.8),
  c: (state) => copyBox(state),
  i: () => {
    upwards.value = !upwards.value;
  },
};

/** The box that keys act on: the selected one, else the heaviest of the first level. */
function selectedOrFirst(state: ChartState): number {
  const { selected } = state;
  if (selected.value !== NO_BOX) return selected.value;
  return state.boxes.value.key.length > 0 ? 0 : NO_BOX;
}

function toCaller(state: ChartState): void {
  const box = selectedOrFirst(state);
  if (box !== NO_BOX) state.select(state.selected.value === NO_BOX ? box : state.boxes.value.parent[box]);
}

function toCallee(state: ChartState): void {
  const box = selectedOrFirst(state);
  if (box === NO_BOX || state.selected.value === NO_BOX) {
    state.select(box);
    return;
  }
  const boxes = state.boxes.value;
  const level = levelOf(boxes, box) + 1;
  if (level >= depthOf(boxes)) return;
  state.select(widestWithin(boxes, level, box));
}

/** Of the callees of a box the one with the most of it. */
function widestWithin(boxes: Boxes, level: number, caller: number): number {
  let widest = NO_BOX;
  for (let box = boxes.levels[level]; box < boxes.levels[level + 1]; box++) {
    if (boxes.parent[box] !== caller) continue;
    const width = boxes.to[box] - boxes.from[box];
    if (widest === NO_BOX || width > boxes.to[widest] - boxes.from[widest]) widest = box;
  }
  return widest;
}

function toNeighbour(state: ChartState, by: 1 | -1): void {
  const boxes = state.boxes.value;
  const box = selectedOrFirst(state);
  if (box === NO_BOX) return;
  const level = levelOf(boxes, box);
  const next = box + by;
  if (next >= boxes.levels[level] && next < boxes.levels[level + 1]) state.select(next);
}

function zoomBy(state: ChartState, factor: number): void {
  const boxes = state.boxes.value;
  const { from, to } = state.seen;
  const box = state.selected.value;
  const middle = box === NO_BOX ? (from + to) / 2 : (boxes.from[box] + boxes.to[box]) / 2;
  state.window.value = zoomed(boxes, state.seen, factor, Math.min(to, Math.max(from, middle)));
}

function moveBy(state: ChartState, share: number): void {
  const { from, to } = state.seen;
  state.window.value = moved(state.boxes.value, state.seen, (to - from) * share);
}

function copyBox(state: ChartState): void {
  const box = state.hovered.value !== NO_BOX ? state.hovered.value : state.selected.value;
  if (box === NO_BOX) return;
  const key = state.boxes.value.key[box];
  const { facts } = state.props;
  void copy(`${keyName(facts, key)} ${keyPlace(facts, key)}`.trim());
}

/** Selects the next (or the one before) of the boxes that match, the widest first. */
export function toMatch(state: ChartState, matches: Uint8Array, by: 1 | -1): void {
  const boxes = state.boxes.value;
  const found: number[] = [];
  for (let box = 0; box < boxes.key.length; box++) if (matches[boxes.key[box]] === 1) found.push(box);
  if (found.length === 0) return;
  found.sort((a, b) => boxes.to[b] - boxes.from[b] - (boxes.to[a] - boxes.from[a]) || a - b);
  const at = found.indexOf(state.selected.value);
  const next = at < 0 ? (by > 0 ? 0 : found.length - 1) : (at + by + found.length) % found.length;
  state.select(found[next]);
}

/** The weight of what has a match on its stack, each once. */
export function matchingWeight(boxes: Boxes, matches: Uint8Array): number {
  const below = new Uint8Array(boxes.key.length);
  let weight = 0;
  for (let box = 0; box < below.length; box++) {
    const parent = boxes.parent[box];
    const inherited = parent !== NO_BOX && below[parent] === 1;
    const here = matches[boxes.key[box]] === 1;
    if (here && !inherited) weight += boxes.to[box] - boxes.from[box];
    below[box] = inherited || here ? 1 : 0;
  }
  return weight;
}

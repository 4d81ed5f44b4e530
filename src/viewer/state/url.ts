import { effect } from '@preact/signals';
import { LAYER_NAMES } from '../../profile/layers.js';
import { phase } from './recording.js';
import { lane, layer, part, pattern, range, TABS, type Tab, tab, upwards } from './view.js';

const PARTS = ['cpu', 'blocked', 'weight'] as const;

/** Takes the choices from the URL's fragment. What cannot be meant is left out. */
export function readFragment(): void {
  const words = new URLSearchParams(location.hash.slice(1));
  const wantedTab = words.get('tab') as Tab;
  if (TABS.includes(wantedTab)) tab.value = wantedTab;
  const wantedPart = PARTS.find((each) => each === words.get('of'));
  if (wantedPart !== undefined) part.value = wantedPart;
  const [from, to] = [Number(words.get('from') ?? Number.NaN), Number(words.get('to') ?? Number.NaN)];
  if (from >= 0 && to > from) range.value = { from: from * 1000, to: to * 1000 };
  const wantedLane = Number(words.get('lane') ?? Number.NaN);
  if (Number.isInteger(wantedLane) && wantedLane >= 0) lane.value = wantedLane;
  const wantedLayer = (LAYER_NAMES as readonly string[]).indexOf(words.get('layer') ?? '');
  if (wantedLayer >= 0) layer.value = wantedLayer;
  pattern.value = { text: words.get('find') ?? '', regex: words.has('regex') };
  upwards.value = words.has('up');
}

/** Keeps the choices in the URL's fragment, so that a link shows the same view. Times are microseconds. */
export function followFragment(): void {
  effect(() => {
    if (phase.value.kind !== 'open') return;
    const { facts } = phase.value;
    const words = new URLSearchParams();
    if (tab.value !== 'flame') words.set('tab', tab.value);
    if (part.value !== undefined && part.value !== facts.parts[0]) words.set('of', part.value);
    if (range.value) {
      words.set('from', String(Math.floor(range.value.from / 1000)));
      words.set('to', String(Math.ceil(range.value.to / 1000)));
    }
    if (lane.value !== undefined) words.set('lane', String(lane.value));
    if (layer.value !== undefined) words.set('layer', LAYER_NAMES[layer.value]);
    if (pattern.value.text !== '') words.set('find', pattern.value.text);
    if (pattern.value.regex) words.set('regex', '');
    if (upwards.value) words.set('up', '');
    history.replaceState(null, '', `#${words}`);
  });
}

import { range } from '../../state/view.js';
import type { OverviewState } from './overview.js';

const STEP = 0.1;

/** Arrows move the selected range (Shift: its end), plus and minus zoom, Escape selects all. */
export function overviewKey(event: KeyboardEvent, state: OverviewState): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { from, to } = state.seen.value;
  const length = to - from;
  const middle = (from + to) / 2;
  const zoom = (factor: number) =>
    state.see({ from: middle - (length / 2) * factor, to: middle + (length / 2) * factor });
  const arrow = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
  if (arrow !== undefined) moveRange(state, arrow * length, event.shiftKey);
  else if (event.key === '+' || event.key === '=') zoom(1 / 1.5);
  else if (event.key === '-') zoom(1.5);
  else if (event.key === 'Escape') range.value = undefined;
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function moveRange(state: OverviewState, by: number, endOnly: boolean): void {
  const seen = state.seen.value;
  const now = range.value ?? { from: seen.from, to: seen.from + (seen.to - seen.from) * STEP };
  const { endNs } = state.facts;
  if (range.value === undefined) range.value = now;
  else if (endOnly)
    range.value = { from: now.from, to: Math.min(endNs, Math.max(now.from + 1000, now.to + by)) };
  else {
    const moved = Math.max(-now.from, Math.min(endNs - now.to, by));
    range.value = { from: now.from + moved, to: now.to + moved };
  }
}

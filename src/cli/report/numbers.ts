import type { Selection } from '../../analysis/selection.js';
import { count, duration } from '../../formats/amounts.js';
import { Unit } from '../../profile/series.js';

export { count, duration, percent } from '../../formats/amounts.js';

/** A weight of the selection in its unit. */
export function weight({ measure }: Selection, value: number): string {
  if (measure.unit === Unit.CpuNs || measure.unit === Unit.WallNs) return duration(value);
  return measure.unit === Unit.Bytes ? `${count(value)} B` : count(value);
}

/** What the selection's total is made of, for "82 % of …". */
export function whole({ measure }: Selection): string {
  if (measure.quantity === 'blocked') return 'the blocked time';
  if (measure.unit === Unit.CpuNs) return 'the CPU time';
  if (measure.unit === Unit.WallNs) return 'the busy time';
  return `all ${measure.event}`;
}

/** The share of `value` in the selection's total. */
export function shareOf({ total }: Selection, value: number): number {
  return total === 0 ? 0 : value / total;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` columns, in steps of an eighth; anything that is not zero shows. */
export function bar(share: number, width: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(Math.min(1, share) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

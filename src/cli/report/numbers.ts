import type { Selection } from '../../analysis/selection.js';
import { Unit } from '../../profile/series.js';

/** A share of 0 to 1 as `12.3 %`. */
export function percent(share: number): string {
  return share > 0 && share < 0.0005 ? '<0.1 %' : `${(share * 100).toFixed(1)} %`;
}

/** Nanoseconds with about three digits: `4.2 ms`, `123 ms`, `1.23 s`, `12.3 s`, `2 h 5 min`. */
export function duration(ns: number): string {
  const ms = ns / 1e6;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 5999.5) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

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

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
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

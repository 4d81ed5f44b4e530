import { Unit } from '../../profile/series.js';

/** A share of 0 to 1 as `12.3 %`. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = part / whole;
  return share > 0 && share < 0.0005 ? '<0.1 %' : `${(share * 100).toFixed(1)} %`;
}

/** A weight in its unit, with about three digits. */
export function weight(value: number, unit: Unit): string {
  if (unit === Unit.CpuNs || unit === Unit.WallNs) return duration(value);
  return unit === Unit.Bytes ? `${count(value)} B` : count(value);
}

/** Nanoseconds as `840 µs`, `4.20 ms`, `1.23 s`, `2 h 5 min`. */
export function duration(ns: number): string {
  if (ns === 0) return '0';
  if (ns < 999_500) return `${digits(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${digits(ns / 1e6)} ms`;
  const seconds = ns / 1e9;
  if (seconds < 5999.5) return `${digits(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A round time as an axis names it: `2.5 s`, not `2.50 s`. */
export function tickLabel(ns: number): string {
  return duration(ns)
    .replace(/(\.\d*?)0+(?= )/, '$1')
    .replace(/\.(?= )/, '');
}

function digits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

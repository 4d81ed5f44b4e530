/**
 * Flame graphs (Brendan Gregg's) as one SVG file: the width of a box is a function's share of the time, what stands on
 * it is what it called. It answers to pointer and keys by a script of its own and requests nothing.
 */
import { Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { type Series, Unit } from '../../profile/series.js';
import { count, duration } from '../amounts.js';
import type { Format, Holding, WriteOptions } from '../format.js';
import { mainEvent } from '../placed-samples.js';
import { svgDocument, type Words } from './document.js';
import { FlameTree } from './flame-tree.js';
import { layOut } from './layout.js';
import { DEFAULT_WIDTH, type FlameGraphOptions, lookOf } from './options.js';

export type { FlameGraphOptions } from './options.js';

export const svg: Format = {
  name: 'svg',
  title: 'flame graph, a picture to zoom and search in any browser',
  extensions: ['.svg'],
  keeps:
    'merged stacks and their weights, by process and thread where there are several; functions narrower than 0.1 pixels are left out; one event only',
  holds: new Set<Holding>(['weights', 'processes', 'threads', 'definitions', 'layers']),
  verified: 'an XML parser; widths against the profile; zoom, search and keys in Chromium',
  write: (profile: Profile, options: WriteOptions = {}) => writeSvg(profile, options.flameGraph ?? {}),
};

const ANY_UNIT = [Unit.CpuNs, Unit.WallNs, Unit.Count, Unit.Bytes];

/** Writes the flame graph of a profile's main event. */
export function* writeSvg(profile: Profile, options: FlameGraphOptions): Generator<Uint8Array> {
  const series = mainEvent(profile, ANY_UNIT);
  const tree = new FlameTree(profile, series, options.countName !== undefined);
  const look = lookOf({ colors: hasLayers(tree) ? 'layer' : 'hot', ...options });
  const least = (tree.totals[0] * look.minWidth) / (options.imageWidth ?? DEFAULT_WIDTH);
  const words = wordsOf(profile, series, tree, options);
  const encoder = new TextEncoder();
  for (const piece of svgDocument(tree, layOut(tree, least), look, words)) yield encoder.encode(piece);
}

/** Text that holds names alone tells no layers: all of it would be of the one colour of what is not known. */
function hasLayers({ boxes }: FlameTree): boolean {
  return boxes.some(({ layer }) => layer !== undefined && layer !== Layer.Unknown);
}

function wordsOf(
  profile: Profile,
  series: readonly Series[],
  tree: FlameTree,
  options: FlameGraphOptions,
): Words {
  const { command, engine, frequencyHz } = profile.info;
  const unit = series[0]?.unit ?? Unit.Count;
  const event = series[0]?.event ?? '';
  const amount = amountOf(unit, options);
  const isTime = unit === Unit.CpuNs || unit === Unit.WallNs;
  const kind = unit === Unit.CpuNs ? ' of CPU' : ' of wall time';
  const all = amount(tree.totals[0]);
  const parts = [
    isTime && options.countName === undefined ? `${all}${kind} in ${count(tree.samples)} samples` : all,
    tree.idle > 0 ? `${amount(tree.idle)} idle, not shown` : '',
    frequencyHz > 0 ? `${engine}, ${count(frequencyHz)} a second` : engine,
    isTime || event === 'samples' ? '' : event,
  ];
  return {
    title: options.title ?? (command || 'Flame Graph'),
    subtitle: parts.filter((part) => part !== '').join('  ·  '),
    amount,
  };
}

function amountOf(unit: Unit, { countName, factor = 1 }: FlameGraphOptions): (weight: number) => string {
  if (countName !== undefined) return (weight) => `${plain(weight * factor)} ${countName}`;
  if (unit === Unit.CpuNs || unit === Unit.WallNs) return (weight) => duration(weight * factor);
  const name = unit === Unit.Bytes ? 'bytes' : 'samples';
  return (weight) => `${plain(weight * factor)} ${name}`;
}

/** `12,345`, without what a locale costs for every box. */
function plain(value: number): string {
  return String(Math.round(value * 10) / 10).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}

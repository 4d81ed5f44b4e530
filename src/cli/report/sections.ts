import type { FunctionWeight } from '../../analysis/functions.js';
import { collectorWeight } from '../../analysis/garbage-collection.js';
import { namelessJavascript } from '../../analysis/javascript.js';
import { layerWeights } from '../../analysis/layers.js';
import { packageWeights } from '../../analysis/packages.js';
import { sumKnown } from '../../analysis/processes.js';
import type { Selection } from '../../analysis/selection.js';
import { threadWeights } from '../../analysis/threads.js';
import type { TimeSplit } from '../../analysis/time-split.js';
import { Layer } from '../../profile/layers.js';
import { Unit } from '../../profile/series.js';
import { shortenMiddle, visible } from '../terminal.js';
import { layerName, layerOf, paintLayer, type ReportContext } from './context.js';
import { bar, count, duration, percent, shareOf, weight, whole } from './numbers.js';
import { table } from './table.js';
import { functionTable } from './tables.js';

/** A part of the report: a heading and its lines. One without lines is left out. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What was recorded, how, and how much of it. */
export function recordingLines(context: ReportContext): string[] {
  const { selection, width, paint, javascript } = context;
  const { info, processes } = selection.profile;
  const how = [
    info.engine,
    info.frequencyHz > 0 ? `${count(info.frequencyHz)} samples a second` : '',
    duration(info.durationUs * 1000),
    processes.length > 1 ? `${processes.length} processes` : '',
    nodeVersions(selection.profile.processes),
  ].filter((part) => part !== '');
  const command = info.command === null ? [] : [visible(info.command)];
  const lines = [...command, how.join(', '), ...amounts(context)];
  if (javascript !== undefined) lines.push(`V8: ${wordsBeside(javascript)}`);
  return lines.map((line) => paint('dim', shortenMiddle(line, width)));
}

function nodeVersions(processes: ReportContext['selection']['profile']['processes']): string {
  const versions = new Set(
    Array.from({ length: processes.length }, (_, id) => processes.nodeVersion(id)).filter((v) => v !== ''),
  );
  return versions.size > 0 ? `Node ${visible([...versions].join(', '))}` : '';
}

function amounts({ selection, split, javascript }: ReportContext): string[] {
  const { samples, isWhole } = selection;
  const charged = sumKnown(threadWeights(selection).map(({ chargedNs }) => chargedNs));
  const known = isWhole && !Number.isNaN(charged) ? `, the kernel charged ${duration(charged)}` : '';
  const selected = `${isWhole ? '' : 'Selected: '}${javascript === undefined ? '' : 'perf: '}`;
  return split === undefined
    ? [`${selected}${sampledWords(selection)}${known}`]
    : [`${selected}${splitWords(split)}`, `${count(samples)} samples${known}`];
}

/** Of V8's profiler beside perf, where the kernel's account stands already. */
function wordsBeside({ selection, split }: ReportContext): string {
  return split === undefined ? sampledWords(selection) : splitWords(split);
}

function sampledWords(selection: Selection): string {
  const { total, idle, samples, measure } = selection;
  const kind =
    measure.unit === Unit.CpuNs ? ' of CPU' : measure.unit === Unit.WallNs ? ' busy' : ` ${measure.event}`;
  const words = `${weight(selection, total)}${kind} in ${count(samples)} samples`;
  return idle > 0 ? `${words}, ${weight(selection, idle)} idle` : words;
}

/** The parts of wall time add up to it. */
function splitWords({ wall, cpu, delay, blocked }: TimeSplit): string {
  return [
    `${duration(cpu.total)} of CPU`,
    `${duration(blocked.total)} blocked`,
    ...(delay.total >= NOTABLE_DELAY * wall.total ? [`${duration(delay.total)} without a free CPU`] : []),
    ...(wall.idle > 0 ? [`${duration(wall.idle)} idle`] : []),
  ].join(', ');
}

/** From this share of the busy time on, that there was no free CPU is part of the picture. */
const NOTABLE_DELAY = 0.02;

const BAR_WIDTH = 40;

export function layerSection(context: ReportContext): Section {
  const { selection, width, paint } = context;
  const layers = layerWeights(selection).filter(({ self }) => self > 0);
  const collecting = shareOf(selection, collectorWeight(selection));
  const nameless = shareOf(selection, namelessJavascript(selection).self);
  const barWidth = Math.max(10, Math.min(BAR_WIDTH, width - 60));
  const rows = layers.map(({ layer, self }) => [
    layerName(layer),
    percent(shareOf(selection, self)),
    weight(selection, self),
    bar(shareOf(selection, self), barWidth),
    layerRemark(layer, width, collecting, nameless),
  ]);
  const columns = [
    { title: '', align: 'left' },
    { title: '', align: 'right' },
    { title: '', align: 'right' },
    { title: '', align: 'left' },
    { title: '', align: 'left', stretch: true },
  ] as const;
  const colour = (cell: string, column: number, row: number) =>
    column === 3 || column === 0
      ? paintLayer(paint, layers[row].layer, cell)
      : column === 4
        ? paint('dim', cell)
        : cell;
  return { title: 'By layer', lines: table(columns, rows, width, paint, colour) };
}

function layerRemark(layer: Layer, width: number, collecting: number, nameless: number): string {
  if (layer === Layer.V8 && collecting >= LEAST_REMARK) {
    return width < 80 ? `GC ${percent(collecting)}` : `${percent(collecting)} is garbage collection`;
  }
  if (layer !== Layer.Unknown || nameless < LEAST_REMARK) return '';
  return width < 80 ? `JS ${percent(nameless)}` : `${percent(nameless)} is nameless JavaScript`;
}

/** A smaller share is not worth a remark. */
const LEAST_REMARK = 0.001;

export function packageSection({ selection, width, paint, limit }: ReportContext): Section {
  const rows = packageWeights(selection)
    .sort((a, b) => b.total - a.total)
    .slice(0, limit ?? 8)
    .map(({ name, self, total }) => [
      percent(shareOf(selection, self)),
      percent(shareOf(selection, total)),
      visible(name),
    ]);
  if (rows.length === 0) return { title: 'By package', lines: [] };
  const columns = [
    { title: 'self', align: 'right' },
    { title: 'total', align: 'right' },
    { title: 'package', align: 'left', stretch: true },
  ] as const;
  return { title: 'By package', lines: table(columns, rows, width, paint) };
}

const HOTTEST = 10;

export function selfSection(context: ReportContext): Section {
  const title =
    context.javascript === undefined
      ? 'Hottest functions by self: what ran'
      : 'Hottest functions by self: what ran, by perf; shares of the CPU time';
  return { title, lines: functionTable(context, hottest(context)) };
}

/** What V8's profiler names where perf does not. */
export function javascriptSection({ javascript }: ReportContext): Section {
  if (javascript === undefined) return { title: '', lines: [] };
  return {
    title: `Hottest JavaScript by self: by V8's profiler; shares of ${whole(javascript.selection)}, as below`,
    lines: functionTable(javascript, hottest(javascript)),
  };
}

function hottest({ functions, limit }: ReportContext): FunctionWeight[] {
  return functions.filter(({ self }) => self > 0).slice(0, limit ?? HOTTEST);
}

/** By total, Node's and V8's own callers are at the top of every stack and tell nothing: they are left out. */
export function totalSection(context: ReportContext): Section {
  const mine = (func: number) => [Layer.Application, Layer.Dependency].includes(layerOf(context, func));
  const rows = context.functions
    .filter(({ func }) => mine(func))
    .sort((a, b) => b.total - a.total || b.self - a.self)
    .slice(0, context.limit ?? HOTTEST);
  return {
    title: 'Hottest functions by total: your code and packages, with all they called',
    lines: functionTable(context, rows),
  };
}

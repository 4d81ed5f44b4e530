import { findCulprits, type Suspect } from '../../analysis/culprit.js';
import { insideWeights } from '../../analysis/inside.js';
import { partsInstead } from '../../analysis/instead.js';
import { qualityShares } from '../../analysis/quality-shares.js';
import { LAYER_NAMES, Layer } from '../../profile/layers.js';
import { Unit } from '../../profile/series.js';
import { shortenMiddle, textWidth, visible } from '../terminal.js';
import { blockedAnswer } from './blocked.js';
import type { ReportContext } from './context.js';
import { duration, percent, shareOf, whole } from './numbers.js';
import { outboundAnswer } from './outbound.js';

/** The first lines: whose calls it waits for; which function it is, and what the time under it goes to, or why there is none; what blocks. */
export function answer(context: ReportContext): string[] {
  const blocked = blockedAnswer(context);
  const busy = busyAnswer(context);
  const work = blocked.leads ? [...blocked.lines, ...busy] : [...busy, ...blocked.lines];
  return [...outboundAnswer(context), ...work];
}

function busyAnswer(context: ReportContext): string[] {
  const culprits = findCulprits(context.selection, context.functions);
  if (culprits.length === 0) return [noCulprit(context), ...waited(context), ...lostCallers(context)];
  const [first, ...others] = culprits;
  return [
    culpritLine(context, 'Culprit: ', first),
    ...inside(context, first),
    ...waited(context),
    ...others.map((other) => culpritLine(context, '    and: ', other)),
  ];
}

function culpritLine(context: ReportContext, lead: string, { func, total }: Suspect): string {
  const { paint, places, selection, width } = context;
  const share = `${percent(shareOf(selection, total))} of ${whole(selection)}`;
  const room = width - textWidth(lead) - textWidth(share) - 4;
  const name = shortenMiddle(
    places.name(func),
    Math.max(Math.floor(room / 2), room - textWidth(places.place(func))),
  );
  const place = shortenMiddle(places.place(func), room - textWidth(name));
  return `${paint('bold', `${lead}${name}`)}  ${place}  ${paint('bold', share)}`;
}

/** Smaller parts of a culprit are left out of its second line. */
const SMALLEST_PART = 0.03;

function inside({ selection, width, paint }: ReportContext, { func, total }: Suspect): string[] {
  const { byLayer, collector } = insideWeights(selection, func);
  const points = (weight: number) => Math.round((100 * weight) / total);
  const parts = byLayer
    .filter(({ weight }) => weight / total >= SMALLEST_PART)
    .map(({ layer, weight }) => `${points(weight)} % ${partName(layer)}`);
  if (collector / total >= SMALLEST_PART) parts.push(`garbage collection alone ${points(collector)} %`);
  // A function that only runs itself is said by its share already.
  if (parts.length < 2 && byLayer[0]?.layer === Layer.Application) return [];
  const line = () => `         of which ${parts.join(', ')}`;
  while (parts.length > 2 && textWidth(line()) > width) parts.pop();
  return [paint('dim', shortenMiddle(line(), width))];
}

function partName(layer: Layer): string {
  return layer === Layer.Application ? 'your code' : LAYER_NAMES[layer];
}

function noCulprit(context: ReportContext): string {
  const { selection, places, paint, width } = context;
  const parts = partsInstead(selection).map(
    ({ what, func, share }) =>
      `${Math.round(share * 100)} % is ${visible(what)}${func === undefined ? '' : ` (${places.place(func)})`}`,
  );
  const why = parts.length > 0 ? parts.join(', ') : nothingRan(selection.samples);
  return paint('bold', shortenMiddle(`No single culprit: ${why}`, width));
}

/** A program that used less of one CPU is slow for what it waits for, not for what it runs. */
const HARDLY_BUSY = 0.1;

function waited({ selection, width, paint }: ReportContext): string[] {
  const { measure, profile, total, idle, isWhole } = selection;
  const durationNs = profile.info.durationUs * 1000;
  const isOfTime =
    measure.unit === Unit.CpuNs ||
    (measure.quantity === 'weight' && measure.unit === Unit.WallNs && idle > 0);
  if (!isWhole || !isOfTime || total === 0 || total >= HARDLY_BUSY * durationNs) return [];
  const used = `${duration(total)} of the ${duration(durationNs)}`;
  const line = `  it ran for ${used} recorded (${percent(total / durationNs)} of one CPU), else it waited`;
  return [paint('dim', shortenMiddle(line, width))];
}

/** From this share of stacks without their callers on, that may be why there is no culprit. */
const MANY_LOST = 0.2;

function lostCallers({ selection, width, paint }: ReportContext): string[] {
  const { broken, truncated } = qualityShares(selection);
  if (broken + truncated < MANY_LOST) return [];
  const line = `  ${percent(broken + truncated)} of the time lost its callers; record with --engine v8 to keep them`;
  return [paint('dim', shortenMiddle(line, width))];
}

function nothingRan(samples: number): string {
  return samples === 0 ? 'there are no samples' : 'the program was idle in every sample';
}

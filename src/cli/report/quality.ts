import { sumKnown } from '../../analysis/processes.js';
import { qualityShares } from '../../analysis/quality-shares.js';
import { measureNotes } from '../../analysis/summary.js';
import { threadWeights } from '../../analysis/threads.js';
import type { TimeSplit } from '../../analysis/time-split.js';
import { Unit } from '../../profile/series.js';
import { wrap } from '../wrap.js';
import type { ReportContext } from './context.js';
import { count, percent } from './numbers.js';
import type { Section } from './sections.js';
import { table } from './table.js';

/** How far the numbers can be trusted, and what would make them better. Lines that would say nothing are left out. */
export function qualitySection(context: ReportContext): Section {
  const { selection, width, paint, javascript } = context;
  const rows = [...stackRows(context), ...samplingRows(context)];
  const columns = [
    { title: '', align: 'right' },
    { title: '', align: 'left', stretch: true },
  ] as const;
  const { quality } = selection.profile;
  const ofMeasure = javascript === undefined ? measureNotes(selection.measure) : [];
  const notes = [...quality.notes, ...ofMeasure].flatMap(({ message, cure }) => [
    ...wrap(message, '  ! ', width).map((line) => paint('yellow', line)),
    ...(cure === '' ? [] : wrap(cure, '    → ', width)),
  ]);
  return { title: 'Quality', lines: [...table(columns, rows, width, paint), ...notes] };
}

function stackRows({ selection, javascript }: ReportContext): string[][] {
  const { whole, truncated, broken, unknown, unknownLeaf } = qualityShares(selection);
  if (selection.total === 0) return [];
  const isNamed = javascript === undefined;
  const code = isNamed ? 'unnamed native code' : 'code that perf cannot name, JavaScript above all';
  const rows: [number, string][] = [
    [broken, 'stacks whose callers are not known: the chain broke'],
    [truncated, 'stacks cut by the depth limit'],
    [unknown, `stacks with ${code}`],
    [unknownLeaf, `of the time in ${isNamed ? code : 'such code'} itself`],
  ];
  return [
    [percent(whole), 'whole stacks'],
    ...rows.filter(([share]) => share > 0).map(([share, words]) => [percent(share), words]),
  ];
}

function samplingRows({ selection, split, javascript }: ReportContext): string[][] {
  const { isWhole, measure, total, ofIdle, samples, profile } = selection;
  const rows: string[][] = [];
  const charged = sumKnown(threadWeights(selection).map(({ chargedNs }) => chargedNs));
  if (isWhole && measure.unit === Unit.CpuNs && charged > 0) {
    rows.push(
      split === undefined
        ? [percent(total / charged), 'of the CPU time the kernel charged was sampled']
        : [
            percent((total + ofIdle) / charged),
            'of the charged CPU time has samples; other threads have none',
          ],
    );
  }
  const told = split ?? javascript?.split;
  if (told !== undefined) rows.push(...splitRows(told));
  const { lostSamples } = profile.quality;
  if (lostSamples > 0) rows.push([count(lostSamples), 'samples lost by the recorder']);
  if (samples > 0)
    rows.push([
      `±${errorPoints(samples).toFixed(1)}`,
      `points: the chance error of a share near 50 % (${count(samples)} samples)`,
    ]);
  const beside = javascript?.selection.samples ?? 0;
  if (beside > 0)
    rows.push([
      `±${errorPoints(beside).toFixed(1)}`,
      `points: that of V8's shares (${count(beside)} samples)`,
    ]);
  return rows;
}

function splitRows({ wall, cpu, delay }: TimeSplit): string[][] {
  if (wall.total === 0) return [];
  const rows: [number, string][] = [
    [delay.total, 'of the busy time threads were ready and no CPU was free'],
    [cpu.unknown, 'of the busy time it is not known what of it was CPU time'],
  ];
  return rows
    .filter(([ns]) => ns >= 0.01 * wall.total)
    .map(([ns, words]) => [percent(ns / wall.total), words]);
}

/** Half the 95 % interval of a share of one half, in points. */
function errorPoints(samples: number): number {
  return 1.96 * Math.sqrt(0.25 / samples) * 100;
}

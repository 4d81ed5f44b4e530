import { sumKnown } from '../../analysis/processes.js';
import { qualityShares } from '../../analysis/quality-shares.js';
import { measureNotes } from '../../analysis/summary.js';
import { threadWeights } from '../../analysis/threads.js';
import { Unit } from '../../profile/series.js';
import { shortenMiddle, textWidth, visible } from '../terminal.js';
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

function stackRows({ selection }: ReportContext): string[][] {
  const { whole, truncated, broken, unknown, unknownLeaf } = qualityShares(selection);
  if (selection.total === 0) return [];
  const rows: [number, string][] = [
    [broken, 'stacks whose callers are not known: the chain broke'],
    [truncated, 'stacks cut by the depth limit'],
    [unknown, 'stacks with unnamed native code'],
    [unknownLeaf, 'of the time in unnamed native code itself'],
  ];
  return [
    [percent(whole), 'whole stacks'],
    ...rows.filter(([share]) => share > 0).map(([share, words]) => [percent(share), words]),
  ];
}

function samplingRows({ selection }: ReportContext): string[][] {
  const { isWhole, measure, total, samples, profile } = selection;
  const rows: string[][] = [];
  const charged = sumKnown(threadWeights(selection).map(({ chargedNs }) => chargedNs));
  if (isWhole && measure.unit === Unit.CpuNs && charged > 0) {
    rows.push([percent(total / charged), 'of the CPU time the kernel charged was sampled']);
  }
  const { lostSamples } = profile.quality;
  if (lostSamples > 0) rows.push([count(lostSamples), 'samples lost by the recorder']);
  if (samples > 0)
    rows.push([
      `±${errorPoints(samples).toFixed(1)}`,
      `points: the chance error of a share near 50 % (${count(samples)} samples)`,
    ]);
  return rows;
}

/** Half the 95 % interval of a share of one half, in points. */
function errorPoints(samples: number): number {
  return 1.96 * Math.sqrt(0.25 / samples) * 100;
}

/** Lines that a note may have: a name in it can be of any length. */
const NOTE_LINES = 12;

/** Breaks a text at blanks; the first line begins with `lead`, the others are indented as far. */
function wrap(text: string, lead: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const room = width - lead.length;
  const words = shortenMiddle(visible(text), room * NOTE_LINES).split(' ');
  for (const word of words.flatMap((part) => cut(part, room))) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((part, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + part);
}

/** Pieces of a word that are no wider than `width`. */
function cut(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word];
  const pieces: string[] = [''];
  for (const character of word) {
    const longer = pieces[pieces.length - 1] + character;
    if (textWidth(longer) <= width) pieces[pieces.length - 1] = longer;
    else pieces.push(character);
  }
  return pieces;
}

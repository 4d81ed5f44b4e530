import { type BlockedCause, blockedCauses } from '../../analysis/blocked.js';
import { CULPRIT_SHARE } from '../../analysis/culprit.js';
import { NO_FUNCTION } from '../../analysis/own-functions.js';
import { splitMainThreads, type TimeSplit } from '../../analysis/time-split.js';
import { shortenMiddle, textWidth } from '../terminal.js';
import { layerOf, paintLayer, type ReportContext } from './context.js';
import { duration, percent } from './numbers.js';
import type { Section } from './sections.js';
import { type TableColumn, table } from './table.js';

/** From this share of the time on, a blocked main thread is worth a line at the top. */
const NOTABLE = 0.1;
/** From this one on it is the answer. */
const MOSTLY = 0.5;

/**
 * The lines on what blocks the main threads, each with its share of all of their time, idle time too; and whether that
 * is what the program mostly does.
 */
export function blockedAnswer(context: ReportContext): { readonly lines: string[]; readonly leads: boolean } {
  const split = context.split && splitMainThreads(context.split);
  const recorded = split === undefined ? 0 : split.wall.total + split.wall.idle;
  const share = recorded === 0 ? 0 : split!.blocked.total / recorded;
  if (split === undefined || share < NOTABLE) return { lines: [], leads: false };
  const causes = blockedCauses(split.blocked).filter(
    ({ weight }) => weight >= CULPRIT_SHARE * split.blocked.total,
  );
  const lines =
    causes.length === 0
      ? [
          context.paint(
            'bold',
            shortenMiddle(`Blocked: in many calls  ${percent(share)} of the time`, context.width),
          ),
        ]
      : causes.map((cause, i) => causeLine(context, i === 0 ? 'Blocked: ' : '    and: ', cause, recorded));
  return { lines, leads: share >= MOSTLY };
}

function causeLine(context: ReportContext, lead: string, cause: BlockedCause, recorded: number): string {
  const { paint, width } = context;
  const { callee, caller, place } = words(context, cause);
  const share = `${percent(cause.weight / recorded)} of the time`;
  const room = width - textWidth(lead) - textWidth(share) - 7;
  const joined = (words: string) => (callee && caller ? callee + words + caller : callee || caller);
  const isRoomy = textWidth(joined(' called by ')) + textWidth(place) <= room;
  const what = joined(isRoomy ? ' called by ' : ' by ');
  const name = shortenMiddle(what, Math.max(Math.floor(room / 2), room - textWidth(place)));
  const where = shortenMiddle(place, room - textWidth(name));
  return `${paint('bold', `${lead}in ${name}`)}  ${where}  ${paint('bold', share)}`;
}

function words({ places }: ReportContext, { caller, callee }: BlockedCause) {
  return {
    caller: caller === NO_FUNCTION ? '' : places.name(caller),
    callee: callee === NO_FUNCTION ? '' : places.name(callee),
    place: places.place(caller === NO_FUNCTION ? callee : caller),
  };
}

/** Less than this share of the busy time is within the error of the kernel's account. */
const SMALLEST = 0.01;
const ROWS = 10;

/** Who called what waited, on all threads. */
export function blockedSection(context: ReportContext): Section {
  const { split, limit, width, paint, selection } = context;
  const rows =
    split === undefined || split.blocked === selection ? [] : blockedRows(split).slice(0, limit ?? ROWS);
  if (split === undefined || rows.length === 0) return { title: '', lines: [] };
  const cells = rows.map((cause) => {
    const { callee, caller, place } = words(context, cause);
    return [duration(cause.weight), percent(cause.weight / split.wall.total), callee, caller, place];
  });
  const columns: TableColumn[] = [
    { title: 'time', align: 'right' },
    { title: 'of busy', align: 'right' },
    { title: 'in', align: 'left', stretch: true },
    { title: 'called by', align: 'left', stretch: true },
    { title: 'where', align: 'left', stretch: true },
  ];
  const colour = (cell: string, column: number, row: number) => {
    const func = column === 2 ? rows[row].callee : rows[row].caller;
    if (column === 4) return paint('dim', cell);
    return column < 2 || func === NO_FUNCTION ? cell : paintLayer(paint, layerOf(context, func), cell);
  };
  return {
    title: `Blocked: it waited in a call for ${duration(split.blocked.total)} of the ${duration(split.wall.total)} busy`,
    lines: table(columns, cells, width, paint, colour),
  };
}

function blockedRows({ wall, blocked }: TimeSplit): BlockedCause[] {
  return blockedCauses(blocked).filter(({ weight }) => weight >= SMALLEST * wall.total);
}

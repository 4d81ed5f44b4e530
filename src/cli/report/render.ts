import type { Selection } from '../../analysis/selection.js';
import type { Output } from '../terminal.js';
import { answer } from './answer.js';
import { blockedSection } from './blocked.js';
import { namedContext, type PartOfTime, type ReportContext, reportContext } from './context.js';
import { outboundSections } from './outbound.js';
import { qualitySection } from './quality.js';
import {
  javascriptSection,
  layerSection,
  packageSection,
  recordingLines,
  type Section,
  selfSection,
  totalSection,
} from './sections.js';
import { stackSection } from './stack.js';
import { type Grouping, groupTable, processTable, type SortKey, threadTable } from './tables.js';
import { treeLines } from './tree.js';

/** What of a report to show; the whole one unless `by` or `tree` asks for a part. */
export interface View {
  readonly by?: Grouping;
  readonly sort?: SortKey;
  readonly tree?: boolean;
  readonly inverted?: boolean;
  readonly limit?: number;
  readonly of?: PartOfTime;
}

/** The report as text, its lines no wider than the stream. */
export function renderReport(selection: Selection, view: View, stream: Output): string {
  const context = reportContext(selection, stream, view);
  return `${reportLines(context, view).join('\n')}\n`;
}

function reportLines(context: ReportContext, view: View): string[] {
  if (view.tree || view.inverted) return treeLines(namedContext(context), view.inverted === true);
  if (view.by !== undefined) {
    const isNamed = view.by === 'function' || view.by === 'file' || view.by === 'package';
    return groupLines(isNamed ? namedContext(context) : context, view.by, view.sort ?? 'self');
  }
  return [
    ...answer(namedContext(context)),
    '',
    ...recordingLines(context),
    ...sections(context).flatMap((section) => drawn(context, section)),
  ];
}

/** One table; when nothing is in it, that is said. */
function groupLines(context: ReportContext, by: Grouping, sort: SortKey): string[] {
  const lines = groupTable(context, by, sort);
  if (lines.length > 1) return lines;
  const { total } = context.selection;
  if (by === 'package' && total > 0) return ['None of the time was in an npm package (in node_modules).'];
  return ['There is nothing to show: no sample that was looked at is of running code.'];
}

function sections(context: ReportContext): Section[] {
  const { profile } = context.selection;
  return [
    layerSection(context),
    packageSection(namedContext(context)),
    selfSection(context),
    javascriptSection(context),
    totalSection(namedContext(context)),
    stackSection(namedContext(context)),
    blockedSection(namedContext(context)),
    ...outboundSections(context),
    { title: 'Threads', lines: threadTable(context) },
    { title: 'Processes', lines: profile.processes.length > 1 ? processTable(context) : [] },
    qualitySection(context),
  ];
}

function drawn({ paint, width }: ReportContext, { title, lines }: Section): string[] {
  if (lines.length === 0) return [];
  return ['', ...headingLines(title, width).map((line) => paint('bold', line)), ...lines];
}

/** A heading that does not fit goes without what explains it. */
function headingLines(title: string, width: number): string[] {
  return [title.length <= width ? title : title.slice(0, title.lastIndexOf(title.includes(';') ? ';' : ':'))];
}

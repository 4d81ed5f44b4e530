import { operationObjects } from '../../analysis/outbound/operation-json.js';
import { select } from '../../analysis/selection.js';
import { type Summary, summarize } from '../../analysis/summary.js';
import { summarizeView } from '../../analysis/view/summary.js';
import { csvReport } from '../../formats/report/csv.js';
import { markdownReport } from '../../formats/report/markdown.js';
import { Profile } from '../../profile/profile.js';
import { openProfile } from '../open-profile.js';
import { type Output, visibleJson } from '../terminal.js';
import type { ViewFlags } from '../view-options.js';
import { viewed } from '../view-recording.js';
import { type EgressOptions, printEgress } from './egress.js';
import { type Filters, selectionOptions } from './parse.js';
import { renderReport, type View } from './render.js';

export interface ReportOptions extends Filters, View, ViewFlags, EgressOptions {
  readonly json?: boolean;
  readonly format?: 'markdown' | 'csv';
  /** Every operation instead of the report, as one JSON object a line. */
  readonly operations?: boolean;
  /** Who called whom instead of the report. */
  readonly egress?: boolean;
}

/** Writes the report of a recording (a profile, a file of any format, `-`) to `stream`. */
export async function printReport(
  recording: Profile | string,
  options: ReportOptions,
  stream: Output,
): Promise<void> {
  const whole = recording instanceof Profile ? recording : await openProfile(recording);
  const { profile, view } = viewed(whole, options);
  const isPart = view !== undefined && view.leftOutSamples > 0;
  const selection = select(profile, { ...selectionOptions(profile, options), ...(isPart && { isPart }) });
  if (options.egress) {
    printEgress(selection, options, stream);
    return;
  }
  if (options.operations) {
    for (const operation of operationObjects(profile, selection.options)) {
      stream.write(`${visibleJson(operation, 0)}\n`);
    }
    return;
  }
  if (options.format !== undefined) {
    const write = { markdown: markdownReport, csv: csvReport }[options.format];
    for (const piece of write(selection, options.limit)) stream.write(piece);
    return;
  }
  if (!options.json) {
    stream.write(renderReport(selection, options, stream));
    return;
  }
  const summary = summarize(selection);
  const limited = <T extends Pick<Summary, 'functions'>>(part: T) => ({
    ...part,
    functions: part.functions.slice(0, options.limit ?? part.functions.length),
  });
  const javascript = summary.javascript && limited(summary.javascript);
  stream.write(
    `${visibleJson({ ...limited(summary), javascript, ...(view && summarizeView(view, options.limit)) })}\n`,
  );
}

import { operationObjects } from '../../analysis/outbound/operation-json.js';
import { select } from '../../analysis/selection.js';
import { summarize } from '../../analysis/summary.js';
import { Profile } from '../../profile/profile.js';
import { openProfile } from '../open-profile.js';
import { type Output, visibleJson } from '../terminal.js';
import { type EgressOptions, printEgress } from './egress.js';
import { type Filters, selectionOptions } from './parse.js';
import { renderReport, type View } from './render.js';

export interface ReportOptions extends Filters, View, EgressOptions {
  readonly json?: boolean;
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
  const profile = recording instanceof Profile ? recording : await openProfile(recording);
  const selection = select(profile, selectionOptions(profile, options));
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
  if (!options.json) {
    stream.write(renderReport(selection, options, stream));
    return;
  }
  const summary = summarize(selection);
  const functions = summary.functions.slice(0, options.limit ?? summary.functions.length);
  stream.write(`${visibleJson({ ...summary, functions })}\n`);
}

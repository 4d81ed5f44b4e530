import { select } from '../analysis/selection.js';
import { type Summary, summarize } from '../analysis/summary.js';
import { openProfile } from '../cli/open-profile.js';
import { type Filters, selectionOptions } from '../cli/report/parse.js';

/** What `stackscope report --json` prints, see docs/report.schema.json. */
export type Report = Summary;

/** Which part of the recording; each as the option of `stackscope report` of that name. */
export type ReportOptions = Filters;

/**
 * Where the CPU time of a recording went, as plain data. The file may be of any format that is read.
 * @throws UserError when it cannot be read, or an option cannot be meant
 */
export async function report(path: string, options: ReportOptions = {}): Promise<Report> {
  const profile = await openProfile(path);
  return summarize(select(profile, selectionOptions(profile, options)));
}

import { select } from '../../analysis/selection.js';
import { type Summary, summarize } from '../../analysis/summary.js';
import { Profile } from '../../profile/profile.js';
import { openProfile } from '../open-profile.js';
import { type Output, visibleJson } from '../terminal.js';
import { type Filters, selectionOptions } from './parse.js';
import { renderReport, type View } from './render.js';

export interface ReportOptions extends Filters, View {
  readonly json?: boolean;
}

/** Writes the report of a recording (a profile, a file of any format, `-`) to `stream`. */
export async function printReport(
  recording: Profile | string,
  options: ReportOptions,
  stream: Output,
): Promise<void> {
  const profile = recording instanceof Profile ? recording : await openProfile(recording);
  const selection = select(profile, selectionOptions(profile, options));
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
  stream.write(`${visibleJson({ ...limited(summary), javascript })}\n`);
}

import { functionName } from '../analysis/function-names.js';
import {
  COLLAPSES,
  type Collapse,
  HIDE_NAMES,
  type View,
  type ViewOptions,
  viewProfile,
} from '../analysis/view/index.js';
import { count, duration, percent } from '../formats/amounts.js';
import { shortSymbol } from '../formats/short-symbol.js';
import { UserError } from '../profile/errors.js';
import type { Profile } from '../profile/profile.js';
import { Unit } from '../profile/series.js';
import { EXIT } from './exit-codes.js';
import { outputWidth, shortenMiddle, tell } from './terminal.js';
import type { ViewFlags } from './view-options.js';

/**
 * The view that the command line asks for; undefined when it asks for none.
 * @throws UserError when a name or a pattern is none
 */
export function viewOptions(flags: ViewFlags): ViewOptions | undefined {
  const { hide, focus, drop, collapse, onlyApp } = flags;
  if ([hide, focus, drop, collapse, onlyApp].every((flag) => flag === undefined)) return undefined;
  return {
    ...(hide !== undefined && { hide: hide.map((name) => oneOf('--hide', HIDE_NAMES, name)) }),
    ...(collapse !== undefined && {
      collapse: collapse.map((name) => oneOf('--collapse', COLLAPSES, name) as Collapse),
    }),
    ...(focus !== undefined && { focus: pattern('--focus', focus) }),
    ...(drop !== undefined && { drop: pattern('--drop', drop) }),
    ...(onlyApp !== undefined && { onlyApp }),
  };
}

function oneOf(option: string, known: readonly string[], name: string): string {
  if (known.includes(name)) return name;
  throw new UserError('USAGE', `${option} knows no '${name}'; there are ${known.join(', ')}.`, EXIT.usage);
}

/** @throws UserError when `text` is no regular expression */
export function pattern(option: string, text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    throw new UserError(
      'BAD_PATTERN',
      `${option} takes a regular expression; '${text}' is none: put \\ before ( [ * + ? and the like.`,
      EXIT.usage,
    );
  }
}

/** Looks at a recording as the command line asks; says on stderr what was folded and left out. */
export function viewed(profile: Profile, flags: ViewFlags): { profile: Profile; view?: View } {
  const options = viewOptions(flags);
  if (options === undefined) return { profile };
  const view = viewProfile(profile, options);
  for (const line of viewWords(view, flags.verbose === true)) tell(line);
  return { profile: view.profile, view };
}

const ROWS = 40;

/** What a view did, a line for each thing; `verbose` adds the functions, heaviest first. */
export function viewWords(view: View, verbose: boolean): string[] {
  const { profile, measure, folded, foldedWeight, leftOutSamples, leftOutWeight } = view;
  const all = measure.series.reduce((sum, { totalWeight }) => sum + totalWeight, 0);
  const amount = (weight: number) => {
    const isTime = measure.unit === Unit.CpuNs || measure.unit === Unit.WallNs;
    const share = percent(all === 0 ? 0 : weight / all);
    return `${isTime ? duration(weight) : `${count(weight)} ${measure.event}`} (${share})`;
  };
  const lines: string[] = [];
  if (leftOutSamples > 0) {
    lines.push(`Left out: ${amount(leftOutWeight)} in ${count(leftOutSamples)} samples.`);
  }
  if (foldedWeight > 0) {
    lines.push(`Folded into callers: ${amount(foldedWeight)}${verbose ? ':' : '; --verbose says whose.'}`);
  }
  if (!verbose) return lines;
  const width = outputWidth(process.stderr);
  for (const { from, into, weight } of folded.slice(0, ROWS)) {
    const names = `${shortSymbol(functionName(profile, from))} → ${shortSymbol(functionName(profile, into))}`;
    lines.push(shortenMiddle(`  ${amount(weight).padStart(16)}  ${names}`, width));
  }
  if (folded.length > ROWS) lines.push(`  … and ${count(folded.length - ROWS)} more.`);
  return lines;
}

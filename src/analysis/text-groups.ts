import { groupByText, groupTotals } from './group-totals.js';
import type { Selection } from './selection.js';

/** Weights of what functions have in common: a file, a package. In the selection's unit. */
export interface NamedWeight {
  readonly name: string;
  /** Weight of the samples whose innermost function is of this name. */
  readonly self: number;
  /** Weight of the samples with such a function anywhere on the stack. */
  readonly total: number;
}

/** Weights by the text that `nameOf` gives each function ('' leaves it out), heaviest by self first. */
export function weightsByName(selection: Selection, nameOf: (func: number) => string): NamedWeight[] {
  const { groupOf, texts } = groupByText(selection.profile.functions.length, nameOf);
  const { self, total } = groupTotals(selection, groupOf, texts.length);
  return texts
    .map((name, group) => ({ name, self: self[group], total: total[group] }))
    .filter((weight) => weight.total > 0)
    .sort((a, b) => b.self - a.self || b.total - a.total);
}

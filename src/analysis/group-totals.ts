import { NO_FUNCTION } from './own-functions.js';
import type { Selection } from './selection.js';

/** Weights by group, in the selection's unit. */
export interface GroupTotals {
  /** Weight of the samples whose innermost function is in the group. */
  readonly self: Float64Array;
  /** Weight of the samples with a function of the group anywhere on the stack, each counted once. */
  readonly total: Float64Array;
  /** Weight of the samples whose innermost function is in no group, or that have no function at all. */
  readonly unowned: number;
}

/**
 * Self and total by group of functions. `groupOf` gives each function's group, `NO_FUNCTION` for none;
 * `onOutermost` is called for the outermost frame of each group on each path, where its total is counted.
 */
export function groupTotals(
  selection: Selection,
  groupOf: Uint32Array,
  groups: number,
  onOutermost?: (group: number, row: number) => void,
): GroupTotals {
  const { deepest, depth, func, self, total, length } = selection.stacks;
  const sums = { self: new Float64Array(groups), total: new Float64Array(groups), unowned: self[0] };
  const onPath = new Uint32Array(groups);
  /** Along the current path by depth: the frame's group, and the group that self time there belongs to. */
  const path = new Uint32Array(deepest + 1).fill(NO_FUNCTION);
  const owners = new Uint32Array(deepest + 1).fill(NO_FUNCTION);
  let reached = 0;
  for (let row = 1; row < length; row++) {
    const here = depth[row];
    for (; reached >= here; reached--) if (path[reached] !== NO_FUNCTION) onPath[path[reached]]--;
    reached = here;
    const group = func[row] === NO_FUNCTION ? NO_FUNCTION : groupOf[func[row]];
    if (group !== NO_FUNCTION && onPath[group]++ === 0) {
      sums.total[group] += total[row];
      onOutermost?.(group, row);
    }
    const owner = func[row] === NO_FUNCTION ? owners[here - 1] : group;
    if (owner === NO_FUNCTION) sums.unowned += self[row];
    else sums.self[owner] += self[row];
    path[here] = group;
    owners[here] = owner;
  }
  return sums;
}

/** Numbers the distinct texts that `textOf` gives the functions; '' is no group. */
export function groupByText(
  functions: number,
  textOf: (func: number) => string,
): { groupOf: Uint32Array; texts: string[] } {
  const groups = new Map<string, number>([['', NO_FUNCTION]]);
  const texts: string[] = [];
  const groupOf = new Uint32Array(functions);
  for (let func = 0; func < functions; func++) {
    const text = textOf(func);
    if (!groups.has(text)) groups.set(text, texts.push(text) - 1);
    groupOf[func] = groups.get(text)!;
  }
  return { groupOf, texts };
}

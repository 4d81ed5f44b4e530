import { mergeStacks } from './call-tree.js';
import type { Selection } from './selection.js';

export interface StackLine {
  /** The function, or `profile.functions.length` + kind for a marker at the root. */
  readonly key: number;
  /** Weight of all samples whose stack begins with the lines down to this one. */
  readonly total: number;
}

export interface HeaviestStack {
  /** Outermost first. A function that calls itself directly is one line. */
  readonly lines: readonly StackLine[];
  /** Weight of the samples with exactly this stack, in the selection's unit. */
  readonly weight: number;
}

/** The sequence of functions that the most weight was sampled in; undefined when there are no samples. */
export function heaviestStack(selection: Selection): HeaviestStack | undefined {
  const tree = mergeStacks(selection, { foldRecursion: true });
  const { parent, frame } = tree.nodes.columns;
  let heaviest = 0;
  for (let id = 1; id < tree.nodes.length; id++) {
    if (heaviest === 0 || tree.self[id] > tree.self[heaviest]) heaviest = id;
  }
  if (heaviest === 0) return undefined;
  const lines: StackLine[] = [];
  for (let id = heaviest; id !== 0; id = parent.data[id]) {
    lines.push({ key: frame.data[id], total: tree.total[id] });
  }
  return { lines: lines.reverse(), weight: tree.self[heaviest] };
}

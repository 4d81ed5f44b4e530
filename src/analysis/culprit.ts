import type { FunctionId } from '../profile/functions.js';
import { Layer } from '../profile/layers.js';
import { type CallTree, mergeStacks } from './call-tree.js';
import type { FunctionWeight } from './functions.js';
import type { Selection } from './selection.js';

/** An application function must be on the stack of this share of the total to be a culprit. */
export const CULPRIT_SHARE = 0.3;
/** A function that spends this share of its total in one application function it calls only passes it on. */
export const PASSED_ON_SHARE = 0.8;

/** An application function and the weight of the samples it was on the stack of. */
export interface Suspect {
  readonly func: FunctionId;
  readonly total: number;
}

/**
 * What a hostile recording may cost, where every one of 100,000 functions is on every stack: nodes looked at for
 * all suspects, and suspects that are compared with each other. Real ones have some tens.
 */
const MOST_STEPS = 1e8;
const MOST_KEEPERS = 32;

/**
 * The culprits, heaviest first: the deepest application functions with at least 30 % of the total that have no
 * single application callee with 80 % of theirs. More than one when separate calls are each that heavy; none when
 * the time is spread, or is not the application's. `functions` are the selection's `functionWeights`.
 *
 * Only application functions count as callees: what a function spends in its dependencies, in Node and V8, in
 * system calls and in the garbage it makes is its own doing, and a router between two handlers is passed over.
 */
export function findCulprits(selection: Selection, functions: readonly FunctionWeight[]): Suspect[] {
  const { profile, total } = selection;
  if (total === 0) return [];
  const isApplication = (func: FunctionId) => profile.functions.layer(func) === Layer.Application;
  const tree = mergeStacks(selection, { keep: isApplication, foldRecursion: true, dropMarkers: true });
  const suspects = functions
    .filter((weight) => isApplication(weight.func) && weight.total >= CULPRIT_SHARE * total)
    .sort((a, b) => b.self - a.self)
    .slice(0, Math.max(MOST_KEEPERS, MOST_STEPS / tree.nodes.length));
  const keepers = suspects
    .filter((weight) => heaviestCallee(tree, weight.func) < PASSED_ON_SHARE * weight.total)
    .sort((a, b) => b.total - a.total || b.self - a.self)
    .slice(0, MOST_KEEPERS);
  return withoutCallers(tree, keepers).map(({ func, total }) => ({ func, total }));
}

/**
 * Weight of the application function most called by `func`. It is read below the innermost call of `func` on each
 * stack, so that recursion, also through others, does not make a function its own callee.
 */
function heaviestCallee(tree: CallTree, func: FunctionId): number {
  const NOT_INSIDE = -1;
  const ITSELF = -2;
  const { parent, frame } = tree.nodes.columns;
  const calleeAt = new Float64Array(tree.nodes.length).fill(NOT_INSIDE);
  const weights = new Map<number, number>();
  let heaviest = 0;
  for (let id = 1; id < calleeAt.length; id++) {
    const inherited = calleeAt[parent.data[id]];
    const here = frame.data[id] === func ? ITSELF : inherited === ITSELF ? frame.data[id] : inherited;
    calleeAt[id] = here;
    if (here < 0) continue;
    const weight = (weights.get(here) ?? 0) + tree.self[id];
    weights.set(here, weight);
    heaviest = Math.max(heaviest, weight);
  }
  return heaviest;
}

/** Leaves out each function that has another one below it on half or more of that other one's stacks. */
function withoutCallers(tree: CallTree, suspects: readonly FunctionWeight[]): readonly FunctionWeight[] {
  const depths = suspects.map((suspect) => innermostDepths(tree, suspect.func));
  const deepest = suspects.filter(
    (_, caller) =>
      !suspects.some(
        (callee, i) => i !== caller && weightBelow(tree, depths[caller], depths[i]) * 2 >= callee.total,
      ),
  );
  // Functions that call each other in turn are each below the others: the heaviest stands for them.
  return deepest.length > 0 ? deepest : suspects.slice(0, 1);
}

/** For each node, the depth of the innermost `func` on its path, 0 for none. */
function innermostDepths(tree: CallTree, func: FunctionId): Uint32Array {
  const { parent, frame } = tree.nodes.columns;
  const depth = new Uint32Array(tree.nodes.length);
  const innermost = new Uint32Array(tree.nodes.length);
  for (let id = 1; id < depth.length; id++) {
    depth[id] = depth[parent.data[id]] + 1;
    innermost[id] = frame.data[id] === func ? depth[id] : innermost[parent.data[id]];
  }
  return innermost;
}

function weightBelow(tree: CallTree, caller: Uint32Array, callee: Uint32Array): number {
  let weight = 0;
  for (let id = 1; id < caller.length; id++) {
    if (caller[id] > 0 && callee[id] > caller[id]) weight += tree.self[id];
  }
  return weight;
}

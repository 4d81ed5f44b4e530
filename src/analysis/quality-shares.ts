import { FrameKind } from '../profile/frames.js';
import { isUnnamed } from './function-names.js';
import { NO_FUNCTION } from './own-functions.js';
import type { Selection } from './selection.js';
import { stackKinds } from './stack-kinds.js';

/** Shares, 0 to 1, of the weight that is not idle. The first three add up to 1. */
export interface QualityShares {
  /** Stacks that end in the thread's entry point. */
  readonly whole: number;
  /** Stacks cut by the recorder's depth limit. */
  readonly truncated: number;
  /** Stacks whose chain of callers broke. */
  readonly broken: number;
  /** Stacks with an unnamed function anywhere. */
  readonly unknown: number;
  /** Stacks whose innermost function is unnamed, or that have none. */
  readonly unknownLeaf: number;
}

/** How whole and how well named the selected stacks are. All zero when nothing ran. */
export function qualityShares(selection: Selection): QualityShares {
  const { profile, stacks } = selection;
  const kinds = stackKinds(profile);
  const byKind = new Float64Array(8);
  const unnamed = Uint8Array.from({ length: profile.functions.length }, (_, func) =>
    isUnnamed(profile, func) ? 1 : 0,
  );
  /** Along the current path by depth: whether an unnamed function is on it, and whether the innermost is. */
  const anyUnnamed = [false];
  const leafUnnamed = [true];
  let unknown = stacks.self[0];
  let unknownLeaf = stacks.self[0];
  byKind[FrameKind.Broken] += stacks.self[0];
  for (let row = 1; row < stacks.length; row++) {
    const depth = stacks.depth[row];
    const func = stacks.func[row];
    const isMarker = func === NO_FUNCTION;
    leafUnnamed[depth] = isMarker ? leafUnnamed[depth - 1] : unnamed[func] === 1;
    anyUnnamed[depth] = anyUnnamed[depth - 1] || (!isMarker && unnamed[func] === 1);
    byKind[kinds[stacks.stack[row]]] += stacks.self[row];
    if (leafUnnamed[depth]) unknownLeaf += stacks.self[row];
    if (leafUnnamed[depth] || anyUnnamed[depth]) unknown += stacks.self[row];
  }
  const share = (weight: number) => (selection.total === 0 ? 0 : Math.min(1, weight / selection.total));
  return {
    whole: share(byKind[FrameKind.Call]),
    truncated: share(byKind[FrameKind.Truncated]),
    broken: share(byKind[FrameKind.Broken]),
    unknown: share(unknown),
    unknownLeaf: share(unknownLeaf),
  };
}

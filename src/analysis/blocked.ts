import type { FunctionId } from '../profile/functions.js';
import { Layer } from '../profile/layers.js';
import { NO_FUNCTION } from './own-functions.js';
import type { Selection } from './selection.js';

/** Who blocked its thread, and in what. */
export interface BlockedCause {
  /** The innermost application function; `NO_FUNCTION` when there is none. */
  readonly caller: FunctionId;
  /** What it called, or, without it, the innermost function; `NO_FUNCTION` when it waited itself. */
  readonly callee: FunctionId;
  readonly weight: number;
}

/** The causes of the weight of a selection of blocked time, heaviest first. They add up to its total. */
export function blockedCauses({ profile, stacks }: Selection): BlockedCause[] {
  const layers = profile.functions.columns.layer.data;
  const callers = new Uint32Array(stacks.deepest + 1).fill(NO_FUNCTION);
  const callees = new Uint32Array(stacks.deepest + 1).fill(NO_FUNCTION);
  const weights = new Map<number, Map<number, number>>();
  for (let row = 0; row < stacks.length; row++) {
    const depth = stacks.depth[row];
    const func = stacks.func[row];
    if (depth > 0) {
      const [caller, callee] = [callers[depth - 1], callees[depth - 1]];
      const isOwn = func !== NO_FUNCTION && layers[func] === Layer.Application;
      callers[depth] = isOwn ? func : caller;
      const called = func !== NO_FUNCTION && (caller === NO_FUNCTION || callee === NO_FUNCTION);
      callees[depth] = isOwn ? NO_FUNCTION : called ? func : callee;
    }
    if (stacks.self[row] === 0) continue;
    const ofCaller = weights.get(callers[depth]) ?? new Map<number, number>();
    ofCaller.set(callees[depth], (ofCaller.get(callees[depth]) ?? 0) + stacks.self[row]);
    weights.set(callers[depth], ofCaller);
  }
  return [...weights]
    .flatMap(([caller, callees]) => [...callees].map(([callee, weight]) => ({ caller, callee, weight })))
    .sort((a, b) => b.weight - a.weight || a.caller - b.caller || a.callee - b.callee);
}

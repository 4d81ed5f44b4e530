import { Layer } from '../profile/layers.js';
import { JIT_MAPPING } from '../profile/mappings.js';
import type { Profile } from '../profile/profile.js';
import { groupTotals } from './group-totals.js';
import { v8Measure } from './measure.js';
import { NO_FUNCTION } from './own-functions.js';
import { type Selection, select } from './selection.js';

/** With less of it unnamed, the JavaScript of the stacks themselves is what is told. */
const MUCH_UNNAMED = 0.01;

/**
 * The same selection of what V8's profiler recorded, when it recorded too and the JavaScript on the selection's own
 * stacks has no names: functions, packages and callers are to be told from it, in its own unit.
 */
export function javascriptOf(selection: Selection): Selection | undefined {
  const named = besideByV8(selection);
  if (named === undefined || named.total === 0) return undefined;
  return namelessJavascript(selection).total < MUCH_UNNAMED * selection.total ? undefined : named;
}

/** The same selection of the wall time that V8's profiler recorded beside what this one is of. */
export function besideByV8({ profile, options, measure }: Selection): Selection | undefined {
  const v8 = v8Measure(profile);
  return v8 && v8.event !== measure.event ? select(profile, options, v8) : undefined;
}

/** Weights of run-time code without a name: JavaScript, but for a little of V8's own. */
export function namelessJavascript(selection: Selection): { readonly self: number; readonly total: number } {
  const { profile } = selection;
  const groupOf = new Uint32Array(profile.functions.length).fill(NO_FUNCTION);
  for (let func = 0; func < groupOf.length; func++) if (isNameless(profile, func)) groupOf[func] = 0;
  const { self, total } = groupTotals(selection, groupOf, 1);
  return { self: self[0], total: total[0] };
}

function isNameless({ functions, mappings }: Profile, func: number): boolean {
  const { name, mapping } = functions.columns;
  if (name.data[func] !== 0 || functions.layer(func) !== Layer.Unknown) return false;
  return mappings.path(mapping.data[func]) === JIT_MAPPING;
}

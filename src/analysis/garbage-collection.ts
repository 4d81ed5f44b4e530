import { Layer } from '../profile/layers.js';
import type { Profile } from '../profile/profile.js';
import { groupTotals } from './group-totals.js';
import { NO_FUNCTION } from './own-functions.js';
import type { Selection } from './selection.js';

/** V8's own profiler names it `(garbage collector)`; the symbols are those of V8 11 to 14. */
const COLLECTOR =
  /^\(garbage collector\)|\b(Heap::(CollectGarbage|CollectAll|PerformGarbageCollection|Scavenge|MarkCompact)|Scaveng\w*|MarkCompact\w*|\w*Marking\w*|MinorMark\w*|\w*Sweeper\w*|\w*Evacuat\w*|cppgc)\b/;

/** Weight of the samples inside the garbage collector, on any thread. */
export function collectorWeight(selection: Selection): number {
  const { profile } = selection;
  const groupOf = new Uint32Array(profile.functions.length).fill(NO_FUNCTION);
  for (let func = 0; func < groupOf.length; func++) if (isCollector(profile, func)) groupOf[func] = 0;
  return groupTotals(selection, groupOf, 1).total[0];
}

/** The compilers sweep and mark too: nodes of their graphs. */
const COMPILER = /\b(?:maglev|compiler|turboshaft)::/;

/** Whether a function is part of V8's garbage collector. */
export function isCollector(profile: Profile, func: number): boolean {
  if (profile.functions.layer(func) !== Layer.V8) return false;
  const name = profile.functions.name(func);
  return COLLECTOR.test(name) && !COMPILER.test(name);
}

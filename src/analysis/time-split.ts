import { ThreadRole } from '../profile/threads.js';
import { partOf, tellsCpu } from './measure.js';
import { type Selection, select } from './selection.js';

/** One selection of wall time, and the parts that its samples are known to consist of. They add up to it. */
export interface TimeSplit {
  readonly wall: Selection;
  readonly cpu: Selection;
  /** Ready to run, and no CPU was free. */
  readonly delay: Selection;
  /** Neither: it waited in a call. */
  readonly blocked: Selection;
}

/** Undefined when the samples of the selection, which is of whole weights, do not tell. */
export function splitTime(wall: Selection): TimeSplit | undefined {
  if (!tellsCpu(wall.measure)) return undefined;
  const { profile, options, measure } = wall;
  return {
    wall,
    cpu: select(profile, options, partOf(measure, 'cpu')),
    delay: select(profile, options, partOf(measure, 'delay')),
    blocked: select(profile, options, partOf(measure, 'blocked')),
  };
}

/** The main threads' part of it; all of it when there are none. */
export function splitMainThreads(split: TimeSplit): TimeSplit {
  const { profile, options, threads, measure } = split.wall;
  const roles = profile.threads.columns.role.data;
  const main = threads.filter((thread) => roles[thread] === ThreadRole.Main);
  if (main.length === 0 || main.length === threads.length) return split;
  return splitTime(select(profile, { ...options, threads: new Set(main) }, measure)) ?? split;
}

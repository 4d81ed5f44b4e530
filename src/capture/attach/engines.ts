import { UserError } from '../../profile/errors.js';
import type { EngineChoice } from '../choose-engine.js';
import { AttachedPerf, type PerfPlan } from './attached-perf.js';
import { type AttachTarget, refuseInspection } from './target.js';

/** What processes that run are recorded by; perf is attached to them. */
export interface AttachEngines {
  readonly perf: AttachedPerf | undefined;
  /** Whether V8's profiler is wanted too. */
  readonly v8: boolean;
  /** Why these, in a few words for the user. */
  readonly why: string;
}

/**
 * Decides what is best and possible, and attaches perf, which does nothing to the processes. Both engines are taken
 * where perf works and V8 has not told it the names of its code.
 * @throws UserError when the engine asked for cannot work here
 */
export async function chooseEngines(
  choice: EngineChoice,
  asked: readonly AttachTarget[],
  relatives: readonly AttachTarget[],
  plan: PerfPlan,
): Promise<AttachEngines> {
  if (choice === 'v8') return v8Alone(asked, '');
  let perf: AttachedPerf;
  try {
    perf = await AttachedPerf.attach([...asked, ...relatives], plan);
  } catch (error) {
    if (choice === 'perf' || !(error instanceof UserError) || error.exitCode === 2) throw error;
    return v8Alone(asked, error.message.replace(/,? or use --engine v8\.$|\.$/, ''));
  }
  const unnamed = perf.unnamed;
  if (unnamed.length === 0) return { perf, v8: false, why: 'it names its JavaScript in a perf map' };
  const why = `perf cannot name the JavaScript of process ${unnamed.map(({ pid }) => pid).join(', ')}: ${unnamed[0].reason}`;
  return { perf, v8: choice === 'auto', why };
}

/** All that were asked for are looked at before anything is done to the first. */
function v8Alone(asked: readonly AttachTarget[], why: string): AttachEngines {
  for (const target of asked) refuseInspection(target);
  return { perf: undefined, v8: true, why };
}

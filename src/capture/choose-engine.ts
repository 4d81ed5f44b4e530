import { UserError } from '../profile/errors.js';
import type { EnginePlan, EngineSession } from './engine.js';
import { preparePerf } from './perf/index.js';
import { prepareV8 } from './v8/index.js';

export type EngineChoice = 'auto' | 'perf' | 'v8';

/** An engine ready for the target's start. */
export interface ChosenEngine {
  readonly name: 'perf' | 'v8';
  readonly session: EngineSession;
  /** Why not the better engine, '' when there is none better. */
  readonly why: string;
  /** The recording's time zero on CLOCK_MONOTONIC. */
  readonly startNs: bigint;
}

/**
 * Prepares the engine asked for. `auto` is perf, unless it is refused here or could not name JavaScript.
 * @throws UserError when the engine asked for cannot work here
 */
export async function chooseEngine(choice: EngineChoice, plan: EnginePlan): Promise<ChosenEngine> {
  if (choice === 'v8') return useV8(plan, '');
  if (process.platform !== 'linux') {
    if (choice === 'auto') return useV8(plan, 'perf is for Linux');
    throw new UserError('PERF_MISSING', 'perf is for Linux; use --engine v8.', 125);
  }
  try {
    const session = await preparePerf(plan);
    if (choice === 'auto' && session.flags.unnamed === 'everybody') {
      await session.abandon();
      return useV8(plan, `perf could not name JavaScript: ${session.flags.reason}`);
    }
    return { name: 'perf', session, why: '', startNs: process.hrtime.bigint() };
  } catch (error) {
    if (choice === 'perf' || !(error instanceof UserError) || error.exitCode === 2) throw error;
    return useV8(plan, error.message.replace(/,? or use --engine v8\.$|\.$/, ''));
  }
}

async function useV8(plan: EnginePlan, why: string): Promise<ChosenEngine> {
  const startNs = process.hrtime.bigint();
  const { profile, frequencyHz, delayMs, children, isNode, onBatch, workDir } = plan;
  const place = workDir === null ? {} : { spoolDir: workDir };
  const session = await prepareV8({
    ...{ profile, frequencyHz, delayMs, children, isNode, startNs, onBatch },
    mayPreload: !forbidsPreload(plan),
    ...place,
  });
  if (why !== '') {
    profile.quality.note('V8_ENGINE', `Recorded by V8's profiler, which sees JavaScript only: ${why}.`);
  }
  return { name: 'v8', session, why, startNs };
}

/** Node 20 with its permission model could not read the agent's file, and would not start. */
function forbidsPreload({ command, env }: EnginePlan): boolean {
  return [...command, env['NODE_OPTIONS']].some((word) => word?.includes('--experimental-permission'));
}

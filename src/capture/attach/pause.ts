import { UserError } from '../../profile/errors.js';

/**
 * What starting V8's profiler late costs, in ms: it walks through the heap for all code there is, and a second time
 * to make known the functions that were compiled before. Measured, see docs/attaching.md.
 */
const FIXED_MS = 20;
const START_MS_A_MB = 0.8;
const NAMING_MS_A_MB = 0.8;

/** How a process is going to be profiled. */
export interface PausePlan {
  /** How long the start will stop the main thread, in milliseconds. */
  readonly predictedMs: number;
  /** Whether functions that were compiled before are made known, see `AttachedConfig`. */
  readonly nameOlder: boolean;
}

/**
 * Predicts the pause from the size of the heap in bytes, and takes the cheaper way when only that fits.
 * @throws UserError when even that would take more than `maxPauseMs`
 */
export function planPause(
  pid: number,
  heapBytes: number,
  maxPauseMs: number,
  mayNameOlder: boolean,
): PausePlan {
  const megabytes = heapBytes / 1e6;
  const cheap = FIXED_MS + megabytes * START_MS_A_MB;
  const whole = cheap + megabytes * NAMING_MS_A_MB;
  if (mayNameOlder && whole <= maxPauseMs) return { predictedMs: Math.round(whole), nameOlder: true };
  if (cheap <= maxPauseMs) return { predictedMs: Math.round(cheap), nameOlder: false };
  throw new UserError(
    'ATTACH_PAUSE',
    `Attaching would stop process ${pid} for about ${Math.round(cheap)} ms (its heap is ${Math.round(megabytes)} MB), longer than --max-pause ${maxPauseMs}: allow more, or record it with perf.`,
    125,
  );
}

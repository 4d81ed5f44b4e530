import { UserError } from '../../profile/errors.js';

/**
 * What starting V8's profiler late costs: it goes through every object of the heap for the code there is, several
 * times, and tells itself of each function; and through all of them again to make known the functions that were
 * compiled before. Measured on Node 20 to 26, see docs/attaching.md.
 */
const FIXED_MS = 10;
const START = { nsAnObject: 26, msAMegabyte: 0.07, msAMegabyteOfBytecode: 13 } as const;
const NAMING = { nsAnObject: 25, msAMegabyte: 0.03, msAMegabyteOfBytecode: 0 } as const;
/** Where objects cannot be counted they are taken for small, so that the program is not stopped for longer than said. */
const BYTES_AN_OBJECT = 36;

/** What of a heap tells how long it takes to go through it. */
export interface HeapFacts {
  readonly heapBytes: number;
  /** About; null when that cannot be told. */
  readonly heapObjects: number | null;
  readonly bytecodeBytes: number;
}

/** How a process is going to be profiled. */
export interface PausePlan {
  /** How long the start will stop the main thread, in milliseconds. */
  readonly predictedMs: number;
  /** Whether functions that were compiled before are made known, see `AttachedConfig`. */
  readonly nameOlder: boolean;
}

/**
 * Predicts the pause from what is in the heap, and takes the cheaper way when only that fits.
 * @throws UserError when even that would take more than `maxPauseMs`
 */
export function planPause(
  pid: number,
  heap: HeapFacts,
  maxPauseMs: number,
  mayNameOlder: boolean,
): PausePlan {
  const cheap = Math.round(FIXED_MS + walkMs(heap, START));
  const whole = Math.round(cheap + walkMs(heap, NAMING));
  if (mayNameOlder && whole <= maxPauseMs) return { predictedMs: whole, nameOlder: true };
  if (cheap <= maxPauseMs) return { predictedMs: cheap, nameOlder: false };
  throw new UserError(
    'ATTACH_PAUSE',
    `Attaching would stop process ${pid} for about ${cheap} ms (its heap is ${heapWords(heap)}), longer than --max-pause ${maxPauseMs}: allow more, or record it with perf.`,
    125,
  );
}

function walkMs(
  { heapBytes, heapObjects, bytecodeBytes }: HeapFacts,
  cost: typeof START | typeof NAMING,
): number {
  const objects = heapObjects ?? heapBytes / BYTES_AN_OBJECT;
  const megabytes = heapBytes * cost.msAMegabyte + bytecodeBytes * cost.msAMegabyteOfBytecode;
  return (objects * cost.nsAnObject + megabytes) / 1e6;
}

/** `180 MB, 5 million objects`. */
export function heapWords({ heapBytes, heapObjects }: HeapFacts): string {
  const size = `${Math.round(heapBytes / 1e6)} MB`;
  if (heapObjects === null) return size;
  const millions = heapObjects / 1e6;
  return `${size}, ${millions.toFixed(millions < 10 ? 1 : 0)} million objects`;
}

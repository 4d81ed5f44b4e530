/**
 * What a perf.data may ask of us. A recording made by perf stays far below all of these; a broken or hostile one
 * is cut or refused at them. `docs/limits.md` repeats the table.
 */
export const PERF_DATA_LIMITS = {
  /** Bytes before the first record in a file: header, attributes and their ids. */
  headBytes: 64 * 1024 * 1024,
  /** Events (attributes). */
  events: 4096,
  /** Bytes of one feature section; a longer one is passed over. */
  featureBytes: 64 * 1024 * 1024,
  /** Bytes of records held back to be put in time order; past it half of them are let go. */
  windowBytes: 64 * 1024 * 1024,
  /** Bytes that one compressed record may become. */
  inflatedBytes: 64 * 1024 * 1024,
  /** ns of the recording's clock (146 years); a record that is later is damaged. */
  timeNs: 2 ** 62,
  /** Processes, and threads, of one recording. */
  processes: 262_144,
  threads: 1_048_576,
  /** Distinct (address, process) pairs whose frames are remembered; at the limit they are named anew. */
  cachedAddresses: 1_048_576,
  /** Distinct chains of callers whose stacks are remembered; likewise. */
  cachedCallers: 1_048_576,
} as const;

/** Entries of a callchain need no limit of their own: a record's size is a u16, so there are 8,190 at most. */

/** The kernel's default of `kernel.perf_event_max_stack`, which cuts chains where the event names no other. */
export const DEFAULT_MAX_STACK = 127;

/** What a pprof may cost to read, beside the limits of any profile. See docs/limits.md. */
export const PPROF_LIMITS = {
  /** Bytes of one, unpacked: its texts come last, so it is held in memory. */
  bytes: 512 * 1024 * 1024,
  /** Rows of each of its tables. */
  rows: 4_194_304,
  /** Kinds of values that each sample has. */
  sampleTypes: 256,
} as const;

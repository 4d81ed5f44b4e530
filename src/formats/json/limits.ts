/** What a JSON text may cost to read: the numbers behind docs/limits.md. */
export const JSON_LIMITS = {
  /** Objects and lists within each other. */
  depth: 1_048_576,
  /** Bytes of one text that is wanted; others are passed over whatever their length. */
  textBytes: 16_777_216,
} as const;

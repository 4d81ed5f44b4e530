/**
 * What a file may cost to read: the numbers behind docs/limits.md. Lengths are checked against them before
 * anything is allocated.
 */
export const LIMITS = {
  /** Bytes of one block of a .stackscope file once unpacked. */
  blockBytes: 16 * 1024 * 1024,
  /** Blocks of a .stackscope file. */
  blocks: 1_048_576,
  /** Rows of one block: samples, or rows of a table. */
  blockRows: 65_536,
  /** Texts of a profile. */
  strings: 4_194_304,
  /** Bytes of all texts of a profile. */
  textBytes: 268_435_456,
  /** Rows of each table of a profile. */
  rows: 33_554_432,
  /** Samples of a profile held in memory. */
  samples: 67_108_864,
  /** Series of a profile: threads times events. */
  series: 262_144,
  /** Times its size that a .gz or .zst may unpack to, once it has unpacked `unpackedFree` bytes. */
  unpackedRatio: 250,
  unpackedFree: 67_108_864,
} as const;

/**
 * What a text of stacks may ask of us. What profilers print stays far below; docs/limits.md repeats the table.
 */
export const TEXT_LIMITS = {
  /** Bytes of one line; a longer one is no stack. */
  lineBytes: 1_048_576,
  /** Bytes of one folded line, which is a whole stack. */
  stackLineBytes: 67_108_864,
  /** Frames of one stack. */
  stackFrames: 1_048_576,
  /** Bytes of lines whose frames are remembered; past it they are forgotten and named anew. */
  rememberedBytes: 67_108_864,
  /** Nodes of the stack tree, and samples held in memory. */
  stacks: 33_554_432,
  /** Processes, threads and series. */
  tasks: 262_144,
} as const;

/** Samples after which a caller who streams may write and drain them. */
export const BATCH = 131_072;

/** Frames at which perf stops following callers (`kernel.perf_event_max_stack`). */
export const PERF_MAX_STACK = 127;

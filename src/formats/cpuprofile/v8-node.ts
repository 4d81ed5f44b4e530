/** A node of V8's call tree: a function under its callers. */
export interface V8Node {
  /** Index of the caller among the nodes, -1 for a root. */
  readonly parent: number;
  /** Number of callers. */
  readonly depth: number;
  readonly name: string;
  readonly scriptId: string;
  readonly url: string;
  /** Definition, from 0; -1 when not known. */
  readonly line: number;
  readonly column: number;
  readonly hitCount: number;
  /** How many of the hits were at which line, where that is told. */
  readonly ticks: readonly LineTicks[] | undefined;
}

export interface LineTicks {
  /** The line that was executing, from 1. */
  readonly line: number;
  readonly ticks: number;
}

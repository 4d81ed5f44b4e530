import type { FrameKind } from '../profile/frames.js';
import { MARKER_NAMES } from '../profile/marker-frames.js';

export type MarkerKind = Exclude<FrameKind, FrameKind.Call>;

/** What a name without a file stands for when it is no function's. `(idle)` is V8's, the others only we write. */
export const MARKER_KINDS: ReadonlyMap<string, MarkerKind> = new Map(
  Object.entries(MARKER_NAMES).map(([kind, name]) => [name, Number(kind) as MarkerKind]),
);

import { FrameKind } from '../../profile/frames.js';

/** Names of the nodes that stand for no function. `(idle)` is V8's, the others are read only by us. */
export const MARKERS: ReadonlyMap<string, FrameKind> = new Map([
  ['(idle)', FrameKind.Idle],
  ['(truncated)', FrameKind.Truncated],
  ['(broken)', FrameKind.Broken],
  ['(async)', FrameKind.Async],
]);

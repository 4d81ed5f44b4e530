import { CALL_FRAME, type FrameId, FrameKind } from './frames.js';
import { Layer } from './layers.js';
import type { Profile } from './profile.js';

/** Frames that are no function by kind, as texts write them. */
export const MARKER_NAMES = {
  [FrameKind.Async]: '(async)',
  [FrameKind.Truncated]: '(truncated)',
  [FrameKind.Broken]: '(broken)',
  [FrameKind.Idle]: '(idle)',
} as const;

const KINDS = new Map(
  Object.entries(MARKER_NAMES).map(([kind, name]) => [name as string, Number(kind) as MarkerKind]),
);

export type MarkerKind = Exclude<FrameKind, FrameKind.Call>;

/** The kind of frame that a text writes so, undefined for a function's name. */
export function markerKind(name: string): MarkerKind | undefined {
  return KINDS.get(name);
}

/** The frame that stands at a root for callers that are not known, for waiting, or for what caused all below it. */
export function internMarkerFrame({ functions, frames }: Profile, kind: MarkerKind): FrameId {
  const key = { name: MARKER_NAMES[kind], script: 0, mapping: 0, line: 0, column: 0 };
  return frames.intern({ ...CALL_FRAME, kind, func: functions.intern(key, Layer.Unknown, '') });
}

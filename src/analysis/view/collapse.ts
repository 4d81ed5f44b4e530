import { CALL_FRAME, type FrameId, FrameKind } from '../../profile/frames.js';
import { LAYER_NAMES, Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';

/** What can be made one frame: a run of frames of one package, of one layer, or of one function that calls itself. */
export const COLLAPSES = ['package', 'recursion', 'layer'] as const;
export type Collapse = (typeof COLLAPSES)[number];

/**
 * For each frame, the frame that stands for it. Packages become one function of their name, layers one that is named
 * `[v8]`; the application's own functions are never made one. Frames are added to `profile`.
 */
export function representatives(profile: Profile, collapses: readonly Collapse[]): Uint32Array {
  const { frames, functions } = profile;
  const count = frames.length;
  const stands = Uint32Array.from({ length: count }, (_, frame) => frame);
  for (let frame = 0; frame < count; frame++) {
    if (frames.kind(frame) !== FrameKind.Call) continue;
    const func = frames.func(frame);
    const layer = functions.layer(func);
    if (collapses.includes('package') && functions.package(func) !== '') {
      stands[frame] = group(profile, functions.package(func), layer, functions.package(func));
    } else if (collapses.includes('layer') && layer !== Layer.Application) {
      stands[frame] = group(profile, `[${LAYER_NAMES[layer]}]`, layer, '');
    }
  }
  return stands;
}

function group({ functions, frames }: Profile, name: string, layer: Layer, packageName: string): FrameId {
  const key = { name, script: 0, mapping: 0, line: 0, column: 0 };
  return frames.intern({ ...CALL_FRAME, func: functions.intern(key, layer, packageName) });
}

import { CALL_FRAME, type FrameId } from '../profile/frames.js';
import { Layer, nativeLayer, packageOfPath } from '../profile/layers.js';
import type { Profile } from '../profile/profile.js';
import { demangle } from './demangle.js';

/** Makes the frames of native code. */
export class NativeFrames {
  constructor(private readonly profile: Profile) {}

  /** The frame of the function `symbol`, as the binary spells it: one for all of its addresses. */
  named(path: string, buildId: string, symbol: string): FrameId {
    const name = demangle(withoutVersion(symbol));
    return this.intern(path, buildId, name, nativeLayer(path, name), 0, 0);
  }

  /** Code without a name keeps the two halves of its place, so that it can be named later. */
  unnamed(path: string, buildId: string, low: number, high: number): FrameId {
    return this.intern(path, buildId, '', nativeLayer(path, ''), low, high);
  }

  /** A native function whose layer is known. */
  intern(path: string, buildId: string, name: string, layer: Layer, low: number, high: number): FrameId {
    const { functions, frames, mappings } = this.profile;
    const mapping = mappings.intern(path, buildId);
    const key = { name, script: 0, mapping, line: 0, column: 0 };
    // Only addons are a package's code: Node itself may lie in node_modules, like any program.
    const func = functions.intern(key, layer, layer === Layer.Addon ? packageOfPath(path) : '');
    return frames.intern({ ...CALL_FRAME, func, addressLo: low, addressHi: high });
  }
}

/** `memcpy@@GLIBC_2.14` as `memcpy`. */
function withoutVersion(symbol: string): string {
  const at = symbol.indexOf('@');
  return at > 0 ? symbol.slice(0, at) : symbol;
}

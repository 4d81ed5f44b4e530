import { withFrames } from '../../analysis/view/restacked.js';
import { FrameKind } from '../../profile/frames.js';
import { internJitFrame } from '../../profile/jit-frames.js';
import { parseJitName } from '../../profile/jit-name.js';
import type { Profile } from '../../profile/profile.js';
import { RefusedMap } from '../../symbols/perf-map-file.js';
import type { MapNames } from '../../symbols/resolve/map-names.js';
import { openMapOf } from '../../symbols/resolve/process-names.js';
import { namesOfMap } from '../resolve-input.js';
import { tell } from '../terminal.js';

/**
 * Names the addresses of code that V8 made, which a text has without a name, by a perf map: the file `path`, or else
 * the one that the recorded process may have left in /tmp.
 * @throws UserError when `path` cannot be read or is no perf map
 */
export async function withJitNames(profile: Profile, path: string | undefined): Promise<Profile> {
  const map = path === undefined ? leftMap(profile) : await namesOfMap(path);
  if (map === undefined) return profile;
  map.refresh();
  let named = 0;
  const resolved = withFrames(profile, (derived) => {
    const stands = standIns(derived, map);
    for (let frame = 0; frame < stands.length; frame++) if (stands[frame] !== frame) named++;
    return stands;
  });
  map.close();
  if (named === 0 && path !== undefined) tell(`No address without a name is in ${path}.`);
  return named === 0 ? profile : resolved;
}

function standIns(derived: Profile, map: MapNames): Uint32Array {
  const { frames, functions } = derived;
  const { addressLo, addressHi } = frames.columns;
  return Uint32Array.from({ length: frames.length }, (_, frame) => {
    const func = frames.func(frame);
    const isNative = functions.columns.script.data[func] === 0;
    if (frames.kind(frame) !== FrameKind.Call || !isNative || functions.name(func) !== '') return frame;
    const address = addressHi.data[frame] * 2 ** 32 + addressLo.data[frame];
    if (address === 0) return frame;
    // A caller's address is where it goes on, which may be the end of its code.
    const name = map.nameOf(address.toString(16)) ?? map.nameOf((address - 1).toString(16));
    return name === undefined ? frame : internJitFrame(derived, parseJitName(name));
  });
}

/** The map of the one process that was recorded, where it is still there and is ours to trust. */
function leftMap({ processes }: Profile): MapNames | undefined {
  const pids = [...new Set(processes.columns.pid.data.subarray(0, processes.length))].filter(
    (pid) => pid > 0,
  );
  if (pids.length !== 1) return undefined;
  try {
    return openMapOf(pids[0]);
  } catch (error) {
    if (!(error instanceof RefusedMap)) throw error;
    tell(`${error.message}.`);
    return undefined;
  }
}

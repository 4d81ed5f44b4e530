import { readFileSync, statSync } from 'node:fs';
import { withFrames } from '../../analysis/view/restacked.js';
import { UserError } from '../../profile/errors.js';
import { FrameKind } from '../../profile/frames.js';
import { internJitFrame } from '../../profile/jit-frames.js';
import { parseJitName } from '../../profile/jit-name.js';
import type { Profile } from '../../profile/profile.js';
import { NO_ENTRY, PerfMap } from '../../symbols/perf-map.js';
import { PerfMapFile, RefusedMap } from '../../symbols/perf-map-file.js';
import { tell } from '../terminal.js';

/** The most that a map may have: docs/limits.md. */
const MAX_MAP_BYTES = 512 << 20;

/**
 * Names the addresses of code that V8 made, which a text has without a name, by a perf map: the file `path`, or else
 * the one that the recorded process may have left in /tmp.
 * @throws UserError when `path` cannot be read
 */
export function withJitNames(profile: Profile, path: string | undefined): Profile {
  const map = path === undefined ? leftMap(profile) : namedMap(path);
  if (map === undefined) return profile;
  let named = 0;
  const resolved = withFrames(profile, (derived) => {
    const stands = standIns(derived, map);
    for (let frame = 0; frame < stands.length; frame++) if (stands[frame] !== frame) named++;
    return stands;
  });
  if (named === 0 && path !== undefined) tell(`No address without a name is in ${path}.`);
  return named === 0 ? profile : resolved;
}

function standIns(derived: Profile, map: PerfMap): Uint32Array {
  const { frames, functions } = derived;
  const { addressLo, addressHi } = frames.columns;
  return Uint32Array.from({ length: frames.length }, (_, frame) => {
    const func = frames.func(frame);
    const isNative = functions.columns.script.data[func] === 0;
    if (frames.kind(frame) !== FrameKind.Call || !isNative || functions.name(func) !== '') return frame;
    const address = addressHi.data[frame] * 2 ** 32 + addressLo.data[frame];
    if (address === 0) return frame;
    // A caller's address is where it goes on, which may be the end of its code.
    const entry = map.find(address) === NO_ENTRY ? map.find(address - 1) : map.find(address);
    return entry === NO_ENTRY ? frame : internJitFrame(derived, parseJitName(map.nameOf(entry)));
  });
}

function namedMap(path: string): PerfMap {
  const map = new PerfMap();
  try {
    if (statSync(path).size > MAX_MAP_BYTES) throw new Error(`it has more than ${MAX_MAP_BYTES} bytes`);
    map.feed(readFileSync(path), 0);
  } catch (error) {
    throw new UserError(
      'MAP_UNREADABLE',
      `${path} cannot be read: ${(error as Error).message}; name a perf-PID.map.`,
    );
  }
  map.advance(0);
  return map;
}

/** The map of the one process that was recorded, where it is still there and is ours to trust. */
function leftMap({ processes }: Profile): PerfMap | undefined {
  const pids = [...new Set(processes.columns.pid.data.subarray(0, processes.length))].filter(
    (pid) => pid > 0,
  );
  if (pids.length !== 1) return undefined;
  try {
    const users = [process.getuid?.() ?? 0];
    const file = PerfMapFile.open(`/tmp/perf-${pids[0]}.map`, { users, startedMs: 0 });
    if (file === undefined) return undefined;
    const map = new PerfMap();
    file.readInto(map, 0);
    file.close();
    map.advance(0);
    return map;
  } catch (error) {
    if (!(error instanceof RefusedMap)) throw error;
    tell(`${error.message}.`);
    return undefined;
  }
}

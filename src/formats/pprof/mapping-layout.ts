import type { MappingId } from '../../profile/mappings.js';
import type { Profile } from '../../profile/profile.js';
import { isInFile } from './function-place.js';
import type { StackLocations } from './stack-locations.js';

const PAGE = 4096;
/** Where the first file is said to be, and below what all of them are. */
const FIRST = 0x1000_0000;
const LAST = 2 ** 47;

/** A mapping as it is written: its row counts from 1, in the order of the profile's. */
export interface MappingPlace {
  readonly id: number;
  readonly start: number;
  readonly limit: number;
  /** Whether all of its code that was seen has a name; if not, a reader may look for names in its file. */
  readonly isNamed: boolean;
}

/**
 * Puts the mappings that are used somewhere in memory. Pprof wants addresses there, and a profile has offsets in
 * files, so files are laid one after the other; what is no file (the kernel) has its addresses as they are.
 */
export function mappingLayout(profile: Profile, locations: StackLocations): Map<MappingId, MappingPlace> {
  const seen = seenOf(profile, locations);
  const places = new Map<MappingId, MappingPlace>();
  let next = FIRST;
  for (const mapping of [...seen.keys()].sort((a, b) => a - b)) {
    const { end, isNamed } = seen.get(mapping)!;
    const size = Math.ceil((end + 1) / PAGE) * PAGE;
    const isFile = isInFile(profile.mappings.path(mapping)) && next + size < LAST;
    const start = isFile ? next : 0;
    places.set(mapping, { id: places.size + 1, start, limit: isFile ? start + size : 0, isNamed });
    if (isFile) next += size;
  }
  return places;
}

/** By mapping: the largest offset in it, and whether its code has names. */
function seenOf(
  { frames }: Profile,
  locations: StackLocations,
): Map<MappingId, { end: number; isNamed: boolean }> {
  const seen = new Map<MappingId, { end: number; isNamed: boolean }>();
  for (let i = 0; i < locations.used.length; i++) {
    const frame = locations.frameOf(i);
    const mapping = locations.mappingOf(frame);
    if (mapping === 0) continue;
    const { end, isNamed } = seen.get(mapping) ?? { end: 0, isNamed: true };
    if (!locations.isUnnamed(frame)) seen.set(mapping, { end, isNamed });
    else {
      const offset = frames.columns.addressHi.data[frame] * 2 ** 32 + frames.columns.addressLo.data[frame];
      seen.set(mapping, { end: Math.max(end, offset), isNamed: false });
    }
  }
  return seen;
}

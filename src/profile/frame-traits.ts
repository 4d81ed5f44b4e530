import { isEntryPointName, roleOfName } from './entry-points.js';
import type { FrameId } from './frames.js';
import { JIT_MAPPING } from './mappings.js';
import type { Profile } from './profile.js';
import type { ThreadRole } from './threads.js';

const UNKNOWN = 0;
const IS_ENTRY = 1;
/** Roles are kept from bit 2 on, plus one. */
const ROLE_SHIFT = 2;
const LOOKED_AT = 2;

/** What frames tell of their thread, worked out once for each. */
export class FrameTraits {
  private traits = new Uint8Array(1024);

  constructor(private readonly profile: Profile) {}

  isEntryPoint(frame: FrameId): boolean {
    return (this.of(frame) & IS_ENTRY) !== 0;
  }

  roleOf(frame: FrameId): ThreadRole | undefined {
    const role = this.of(frame) >> ROLE_SHIFT;
    return role === 0 ? undefined : role - 1;
  }

  private of(frame: FrameId): number {
    if (frame >= this.traits.length) this.reserve(frame + 1);
    if (this.traits[frame] === UNKNOWN) this.traits[frame] = this.lookAt(frame);
    return this.traits[frame];
  }

  private lookAt(frame: FrameId): number {
    const { frames, functions, mappings } = this.profile;
    const func = frames.func(frame);
    const { script, mapping } = functions.columns;
    // JavaScript may call anything `main`.
    if (script.data[func] !== 0 || mappings.path(mapping.data[func]) === JIT_MAPPING) return LOOKED_AT;
    const name = functions.name(func);
    const role = roleOfName(name);
    const entry = isEntryPointName(name) ? IS_ENTRY : 0;
    return LOOKED_AT | entry | ((role === undefined ? 0 : role + 1) << ROLE_SHIFT);
  }

  private reserve(length: number): void {
    const grown = new Uint8Array(Math.max(length, this.traits.length * 2));
    grown.set(this.traits);
    this.traits = grown;
  }
}

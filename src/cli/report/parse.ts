import type { SelectionOptions } from '../../analysis/selection.js';
import { UserError } from '../../profile/errors.js';
import { LAYER_NAMES, type Layer } from '../../profile/layers.js';
import type { Profile } from '../../profile/profile.js';
import { ROLE_NAMES } from '../../profile/threads.js';
import { EXIT } from '../exit-codes.js';
import { pattern } from '../view-recording.js';

/** What the command line says of the samples to look at. */
export interface Filters {
  readonly thread?: string;
  readonly from?: string;
  readonly to?: string;
  readonly layer?: string;
  readonly grep?: string;
}

/** The filters as the analysis takes them; what cannot be meant is refused with what could. */
export function selectionOptions(profile: Profile, filters: Filters): SelectionOptions {
  if ((filters.from ?? filters.to) !== undefined) requireTimes(profile);
  return {
    ...(filters.thread !== undefined && { threads: threadsNamed(profile, filters.thread) }),
    ...(filters.from !== undefined && { fromUs: microseconds('--from', filters.from) }),
    ...(filters.to !== undefined && { toUs: microseconds('--to', filters.to) }),
    ...(filters.layer !== undefined && { layer: layerNamed(filters.layer) }),
    ...(filters.grep !== undefined && { grep: pattern('--grep', filters.grep) }),
  };
}

function requireTimes(profile: Profile): void {
  if (profile.series.every(({ timed }) => timed)) return;
  throw wrong(
    'NO_TIMES',
    'this recording does not say when its samples were taken; leave out --from and --to.',
  );
}

/** By thread id, by role, or by name. */
function threadsNamed({ threads }: Profile, wanted: string): Set<number> {
  const { tid, role } = threads.columns;
  const all = Array.from({ length: threads.length }, (_, id) => id);
  for (const textOf of [
    (id: number) => String(tid.data[id]),
    (id: number) => ROLE_NAMES[role.data[id]],
    (id: number) => threads.name(id),
  ]) {
    const found = all.filter((id) => textOf(id) === wanted);
    if (found.length > 0) return new Set(found);
  }
  throw wrong('NO_SUCH_THREAD', `no thread has the id, role or name '${wanted}'; --by thread lists them.`);
}

const UNITS_US: Record<string, number> = { '': 1e6, s: 1e6, ms: 1e3, m: 60e6 };

function microseconds(option: string, text: string): number {
  const [, value, unit] = /^(\d+(?:\.\d+)?)\s*(s|ms|m|)$/.exec(text) ?? [];
  if (value !== undefined) return Number(value) * UNITS_US[unit];
  throw wrong(
    'BAD_TIME',
    `${option} takes a time from the recording's start such as 2.5, 2.5s, 300ms or 1m, not '${text}'.`,
  );
}

function layerNamed(name: string): Layer {
  const layer = (LAYER_NAMES as readonly string[]).indexOf(name);
  if (layer >= 0) return layer;
  throw wrong('NO_SUCH_LAYER', `there is no layer '${name}'; there are ${LAYER_NAMES.join(', ')}.`);
}

function wrong(code: string, message: string): UserError {
  return new UserError(code, message, EXIT.usage);
}

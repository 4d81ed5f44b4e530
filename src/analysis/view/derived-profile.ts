import type { Column, Table } from '../../profile/columns.js';
import { FrameTable } from '../../profile/frames.js';
import { FunctionTable } from '../../profile/functions.js';
import { OperationTable } from '../../profile/operations.js';
import { Profile } from '../../profile/profile.js';
import { Quality } from '../../profile/quality.js';
import type { Series } from '../../profile/series.js';
import { StackTable } from '../../profile/stacks.js';

/**
 * A profile of the same program with stacks of its own: functions and frames have the ids of `profile` and can be
 * added to, operations are copied, stacks and series are empty, everything else is shared. `profile` stays as it is.
 */
export function derivedProfile(profile: Profile): Profile {
  const quality = Object.assign(new Quality(), { notes: [...profile.quality.notes] });
  quality.lostSamples = profile.quality.lostSamples;
  return Object.assign(new Profile(), profile, {
    functions: copyRows(profile.functions, new FunctionTable(profile.strings)),
    frames: copyRows(profile.frames, new FrameTable()),
    stacks: new StackTable(),
    series: [] as Series[],
    operations: copyRows(profile.operations, new OperationTable(profile.strings)),
    quality,
  });
}

function copyRows<T extends Table>(from: Table, into: T): T {
  for (const [name, column] of Object.entries(into.columns)) copyColumn(from.columns[name], column);
  return into;
}

function copyColumn({ data, length }: Column, into: Column): void {
  into.reserve(length);
  into.data.set(data.subarray(0, length));
  into.length = length;
}

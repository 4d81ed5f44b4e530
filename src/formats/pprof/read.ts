import { UserError } from '../../profile/errors.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { Unit } from '../../profile/series.js';
import type { ReadOptions, Source } from '../format.js';
import { heldBytes } from '../held-bytes.js';
import { MessageReader } from '../protobuf/message-reader.js';
import { PPROF_LIMITS } from './limits.js';
import { PprofSamples } from './samples.js';
import { COMMAND_COMMENT, PROFILE } from './schema.js';
import { PprofTables } from './tables.js';
import { measuredOf } from './values.js';

/** Fills `profile` with a pprof. What it has no place for is told in notes. */
export async function readPprof(source: Source, profile: Profile, { onBatch }: ReadOptions): Promise<void> {
  const bytes = await heldBytes(source, PPROF_LIMITS.bytes, () => tooLarge(source.name));
  try {
    const tables = new PprofTables(new MessageReader(bytes));
    setInfo(profile, tables);
    const samples = new PprofSamples(profile, tables);
    for (const _ of samples.read(new MessageReader(bytes))) await onBatch?.(profile);
    tellUnkept(profile, tables, samples.owners.unkept);
  } catch (error) {
    if (error instanceof Malformed) throw broken(source.name, error.message);
    throw error;
  }
}

function setInfo({ info }: Profile, { header, periodType, comments, strings }: PprofTables): void {
  info.engine = 'pprof';
  info.startedMs = nanoseconds(header[PROFILE.timeNanos], 1e6);
  info.durationUs = nanoseconds(header[PROFILE.durationNanos], 1e3);
  const { unit, scale } = measuredOf(strings.get(periodType.type), strings.get(periodType.unit));
  const period = header[PROFILE.period] * scale;
  if (period > 0 && (unit === Unit.CpuNs || unit === Unit.WallNs)) info.frequencyHz = 1e9 / period;
  const command = comments.map((id) => strings.get(id)).find((text) => text.startsWith(COMMAND_COMMENT));
  if (command !== undefined) info.command = command.slice(COMMAND_COMMENT.length);
}

/** A time of the header in a larger unit; 0 for what is no time. */
function nanoseconds(value: number, unit: number): number {
  return value > 0 ? Math.round(value / unit) : 0;
}

function tellUnkept(
  { quality }: Profile,
  { header, strings }: PprofTables,
  labels: ReadonlySet<string>,
): void {
  if (labels.size > 0) {
    const names = [...labels].slice(0, 10).join(', ') + (labels.size > 10 ? ', …' : '');
    quality.note(
      'PPROF_LABELS',
      `Labels of samples that a recording has no place for were left out: ${names}.`,
    );
  }
  const drop = strings.get(header[PROFILE.dropFrames]);
  if (drop !== '') {
    quality.note(
      'PPROF_DROP_FRAMES',
      `The file asks for functions to be left out of its stacks, and they are shown: those that match ${drop}.`,
    );
  }
}

function broken(name: string, what: string): UserError {
  return new UserError(
    'PPROF_MALFORMED',
    `${name}: this pprof cannot be read: ${what}; fetch or record it again.`,
  );
}

function tooLarge(name: string): UserError {
  const message = `${name}: a pprof of more than ${PPROF_LIMITS.bytes / 2 ** 20} MiB is not read; record a shorter time.`;
  return new UserError('PPROF_TOO_LARGE', message);
}

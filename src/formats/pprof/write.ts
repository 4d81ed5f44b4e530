import type { Profile } from '../../profile/profile.js';
import type { WriteOptions } from '../format.js';
import { MessageWriter } from '../protobuf/message-writer.js';
import { gzip } from './gzip.js';
import { SampleWriter } from './sample-writer.js';
import { COMMAND_COMMENT, PROFILE, VALUE_TYPE } from './schema.js';
import { TableWriter } from './table-writer.js';
import { ValueKinds } from './value-kinds.js';
import { valueTypeOf } from './values.js';

/**
 * Writes the samples of a profile, those of one thread and stack added up: each event is a kind of value. Packed
 * with gzip, as files of this format are, where a codec is given; plain otherwise, which readers take too.
 */
export async function* writePprof(
  profile: Profile,
  { codec }: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  if (codec === undefined) yield* plainPprof(profile);
  else yield* gzip(plainPprof(profile), codec);
}

function* plainPprof(profile: Profile): Generator<Uint8Array> {
  const tables = new TableWriter(profile);
  const kinds = new ValueKinds(profile.series);
  yield* kindMessages(kinds, tables);
  yield* new SampleWriter(profile, tables, kinds).pieces();
  yield* headerMessage(profile, tables, kinds);
  yield* tables.pieces();
}

function* kindMessages(kinds: ValueKinds, tables: TableWriter): Generator<Uint8Array> {
  const out = new MessageWriter();
  for (const { event, unit } of kinds.all) {
    out.blob(PROFILE.sampleType, valueType(valueTypeOf(event, unit), tables));
  }
  yield out.take();
}

function valueType({ type, unit }: { type: string; unit: string }, tables: TableWriter): Uint8Array {
  const message = new MessageWriter();
  message.number(VALUE_TYPE.type, tables.text(type));
  message.number(VALUE_TYPE.unit, tables.text(unit));
  return message.view();
}

function* headerMessage({ info }: Profile, tables: TableWriter, kinds: ValueKinds): Generator<Uint8Array> {
  const out = new MessageWriter();
  const startedNs = BigInt(Math.max(0, Math.round(info.startedMs * 1000))) * 1000n;
  out.long(PROFILE.timeNanos, Number(startedNs & 0xffffffffn), Number(startedNs >> 32n));
  out.number(PROFILE.durationNanos, Math.min(Math.max(0, Math.round(info.durationUs * 1000)), 2 ** 53));
  const main = kinds.all[kinds.main];
  if (main !== undefined) {
    const type = valueTypeOf(main.event, main.unit);
    if (info.frequencyHz > 0 && type.unit === 'nanoseconds') {
      out.blob(PROFILE.periodType, valueType(type, tables));
      out.number(PROFILE.period, Math.min(Math.round(1e9 / info.frequencyHz), 2 ** 53));
    }
    out.number(PROFILE.defaultSampleType, tables.text(type.type));
  }
  if (info.command !== null) {
    out.number(PROFILE.comment, tables.text(`${COMMAND_COMMENT}${info.command}`));
  }
  yield out.take();
}

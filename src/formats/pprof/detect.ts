import { Malformed } from '../../profile/malformed.js';
import { MessageReader, Wire } from '../protobuf/message-reader.js';
import { FUNCTION, LOCATION, MAPPING, PROFILE, SAMPLE, VALUE_TYPE } from './schema.js';

/** The messages in a profile by their field: how many fields they have. */
const MESSAGES: ReadonlyMap<number, number> = new Map([
  [PROFILE.sampleType, VALUE_TYPE.unit],
  [PROFILE.sample, SAMPLE.label],
  [PROFILE.mapping, MAPPING.hasInlineFrames],
  [PROFILE.location, LOCATION.isFolded],
  [PROFILE.function, FUNCTION.startLine],
  [PROFILE.periodType, VALUE_TYPE.unit],
]);

/** No sign tells a pprof, so every field must be one of it, stored as it is there, and there must be its units. */
export function detectPprof(head: Uint8Array): boolean {
  const reader = new MessageReader(head);
  let hasTypes = false;
  try {
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field > PROFILE.docUrl) return false;
      const isBytes = MESSAGES.has(field) || field === PROFILE.stringTable;
      if (reader.wire !== (isBytes ? Wire.Bytes : Wire.Varint)) return false;
      if (!isBytes) reader.unsigned();
      else if (!MESSAGES.has(field)) reader.skip();
      else if (!isMessage(reader, MESSAGES.get(field)!)) return false;
      hasTypes ||= field === PROFILE.sampleType;
    }
  } catch (error) {
    // The head may end within a field.
    if (!(error instanceof Malformed)) throw error;
  }
  return hasTypes;
}

function isMessage(reader: MessageReader, fields: number): boolean {
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field > fields) return false;
    reader.skip();
  }
  reader.leave(outer);
  return true;
}

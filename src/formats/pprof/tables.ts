import { F64Column, U32Column } from '../../profile/columns.js';
import { Malformed } from '../../profile/malformed.js';
import { type MessageReader, Wire } from '../protobuf/message-reader.js';
import { IdIndex } from './id-index.js';
import { PPROF_LIMITS } from './limits.js';
import { FUNCTION, LINE, LOCATION, MAPPING, PROFILE, VALUE_TYPE } from './schema.js';
import { PprofStrings } from './string-table.js';

/** What a value counts: two texts. */
export interface ValueType {
  readonly type: number;
  readonly unit: number;
}

/** Everything in a pprof but its samples, which come before what they name and are read afterwards. */
export class PprofTables {
  readonly sampleTypes: ValueType[] = [];
  readonly strings: PprofStrings;
  readonly mappings = {
    id: new IdIndex('mapping'),
    /** Where the mapped code was in memory, and which part of the file it is; halves of 64 bits. */
    startLow: new U32Column(),
    startHigh: new U32Column(),
    offsetLow: new U32Column(),
    offsetHigh: new U32Column(),
    filename: new U32Column(),
    buildId: new U32Column(),
  };
  readonly functions = {
    id: new IdIndex('function'),
    name: new U32Column(),
    systemName: new U32Column(),
    filename: new U32Column(),
    startLine: new U32Column(),
  };
  readonly locations = {
    id: new IdIndex('location'),
    /** Byte at which it begins, for messages. */
    at: new U32Column(),
    mapping: new F64Column(),
    addressLow: new U32Column(),
    addressHigh: new U32Column(),
    /** Its first row in `lines`; one more at the end. */
    firstLine: new U32Column(),
  };
  /** The functions at each location, the innermost first. */
  readonly lines = { function: new F64Column(), line: new U32Column(), column: new U32Column() };
  /** Numbers of the profile itself, by field; 0 where it has none. */
  readonly header = new Float64Array(PROFILE.docUrl + 1);
  periodType: ValueType = { type: 0, unit: 0 };
  readonly comments: number[] = [];

  constructor(reader: MessageReader) {
    this.strings = new PprofStrings(reader.bytes);
    for (let field = reader.next(); field !== 0; field = reader.next()) this.readField(reader, field);
    this.locations.firstLine.push(this.lines.line.length);
  }

  private readField(reader: MessageReader, field: number): void {
    if (field === PROFILE.sampleType) this.sampleTypes.push(readValueType(reader));
    else if (field === PROFILE.mapping) this.readMapping(reader);
    else if (field === PROFILE.location) this.readLocation(reader);
    else if (field === PROFILE.function) this.readFunction(reader);
    else if (field === PROFILE.stringTable) this.readString(reader);
    else if (field === PROFILE.periodType) this.periodType = readValueType(reader);
    else if (field === PROFILE.comment && reader.wire === Wire.Varint) this.comments.push(reader.unsigned());
    else if (field <= PROFILE.docUrl && reader.wire === Wire.Varint) this.header[field] = reader.signed();
    else reader.skip();
    this.checkSize(reader.at);
  }

  private checkSize(at: number): void {
    const most = Math.max(
      this.strings.length,
      this.mappings.filename.length,
      this.functions.name.length,
      this.locations.at.length,
      this.lines.line.length,
      this.comments.length,
    );
    if (most > PPROF_LIMITS.rows)
      throw new Malformed(`byte ${at}: a table has more than ${PPROF_LIMITS.rows} rows`);
    if (this.sampleTypes.length > PPROF_LIMITS.sampleTypes)
      throw new Malformed(`byte ${at}: samples have more than ${PPROF_LIMITS.sampleTypes} kinds of values`);
  }

  private readString(reader: MessageReader): void {
    reader.expect(Wire.Bytes);
    const length = reader.length();
    this.strings.add(reader.at, reader.at + length);
    reader.at += length;
  }

  private readMapping(reader: MessageReader): void {
    const at = reader.at;
    const outer = reader.enter();
    const row = { id: 0, startLow: 0, startHigh: 0, offsetLow: 0, offsetHigh: 0, filename: 0, buildId: 0 };
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (reader.wire !== Wire.Varint) {
        reader.skip();
        continue;
      }
      const value = reader.unsigned();
      const { low, high } = reader;
      if (field === MAPPING.id) row.id = value;
      else if (field === MAPPING.memoryStart) Object.assign(row, { startLow: low, startHigh: high });
      else if (field === MAPPING.fileOffset) Object.assign(row, { offsetLow: low, offsetHigh: high });
      else if (field === MAPPING.filename) row.filename = value;
      else if (field === MAPPING.buildId) row.buildId = value;
    }
    reader.leave(outer);
    const { mappings } = this;
    mappings.id.add(row.id, at);
    mappings.startLow.push(row.startLow);
    mappings.startHigh.push(row.startHigh);
    mappings.offsetLow.push(row.offsetLow);
    mappings.offsetHigh.push(row.offsetHigh);
    mappings.filename.push(textId(row.filename));
    mappings.buildId.push(textId(row.buildId));
  }

  private readFunction(reader: MessageReader): void {
    const at = reader.at;
    const outer = reader.enter();
    const row = { id: 0, name: 0, systemName: 0, filename: 0, startLine: 0 };
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (reader.wire !== Wire.Varint) {
        reader.skip();
        continue;
      }
      const value = reader.unsigned();
      if (field === FUNCTION.id) row.id = value;
      else if (field === FUNCTION.name) row.name = value;
      else if (field === FUNCTION.systemName) row.systemName = value;
      else if (field === FUNCTION.filename) row.filename = value;
      else if (field === FUNCTION.startLine) row.startLine = value;
    }
    reader.leave(outer);
    const { functions } = this;
    functions.id.add(row.id, at);
    functions.name.push(textId(row.name));
    functions.systemName.push(textId(row.systemName));
    functions.filename.push(textId(row.filename));
    functions.startLine.push(lineNumber(row.startLine));
  }

  private readLocation(reader: MessageReader): void {
    const { locations, lines } = this;
    const at = reader.at;
    const outer = reader.enter();
    const row = { id: 0, mapping: 0, addressLow: 0, addressHigh: 0 };
    locations.firstLine.push(lines.line.length);
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === LOCATION.line && reader.wire === Wire.Bytes) this.readLine(reader);
      else if (reader.wire !== Wire.Varint) reader.skip();
      else {
        const value = reader.unsigned();
        const { low, high } = reader;
        if (field === LOCATION.id) row.id = value;
        else if (field === LOCATION.mappingId) row.mapping = value;
        else if (field === LOCATION.address) Object.assign(row, { addressLow: low, addressHigh: high });
      }
    }
    reader.leave(outer);
    locations.id.add(row.id, at);
    locations.at.push(at);
    locations.mapping.push(row.mapping);
    locations.addressLow.push(row.addressLow);
    locations.addressHigh.push(row.addressHigh);
  }

  private readLine(reader: MessageReader): void {
    const outer = reader.enter();
    const row = { function: 0, line: 0, column: 0 };
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (reader.wire !== Wire.Varint) {
        reader.skip();
        continue;
      }
      const value = reader.unsigned();
      if (field === LINE.functionId) row.function = value;
      else if (field === LINE.line) row.line = lineNumber(value);
      else if (field === LINE.column) row.column = lineNumber(value);
    }
    reader.leave(outer);
    this.lines.function.push(row.function);
    this.lines.line.push(row.line);
    this.lines.column.push(row.column);
  }
}

function readValueType(reader: MessageReader): ValueType {
  const outer = reader.enter();
  const row = { type: 0, unit: 0 };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (reader.wire !== Wire.Varint) reader.skip();
    else if (field === VALUE_TYPE.type) row.type = reader.unsigned();
    else if (field === VALUE_TYPE.unit) row.unit = reader.unsigned();
    else reader.unsigned();
  }
  reader.leave(outer);
  return row;
}

/** An index that is too large for a column is one that no table has. */
function textId(value: number): number {
  return Math.min(value, 0xffffffff);
}

/** Lines and columns that no file can have are not known. */
function lineNumber(value: number): number {
  return value <= 0x7fffffff ? value : 0;
}

import { type FrameId, FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import type { MappingId } from '../../profile/mappings.js';
import { MARKER_NAMES, type MarkerKind } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { ROOT } from '../../profile/stacks.js';
import { MessageWriter } from '../protobuf/message-writer.js';
import { isJavaScript, shownName, systemName } from './function-place.js';
import { type MappingPlace, mappingLayout } from './mapping-layout.js';
import { FUNCTION, LINE, LOCATION, MAPPING, PROFILE } from './schema.js';
import { StackLocations } from './stack-locations.js';

/** Bytes after which what was written is handed on. */
const PIECE = 262_144;

/** The tables that samples name: texts, locations, functions, mappings. They are written after the samples. */
export class TableWriter {
  readonly locations: StackLocations;
  private readonly texts = new Map<string, number>([['', 0]]);
  /** By function: its id in the file, 0 when it has none. */
  private readonly functionIds: Uint32Array;
  private readonly markerIds = new Map<MarkerKind, number>();
  private functionCount = 0;
  private readonly functions = new MessageWriter();

  constructor(private readonly profile: Profile) {
    this.locations = new StackLocations(profile);
    this.functionIds = new Uint32Array(profile.functions.length);
  }

  /** The index of a text in the file. */
  text(text: string): number {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(text, this.texts.size);
    return this.texts.size - 1;
  }

  *pieces(): Generator<Uint8Array> {
    const places = mappingLayout(this.profile, this.locations);
    yield this.mappingMessages(places);
    const out = new MessageWriter();
    for (let i = 0; i < this.locations.used.length; i++) {
      out.blob(PROFILE.location, this.location(i, places));
      if (out.length >= PIECE) yield out.take();
    }
    yield out.take();
    yield this.functions.take();
    for (const text of this.texts.keys()) {
      out.text(PROFILE.stringTable, text);
      if (out.length >= PIECE) yield out.take();
    }
    yield out.take();
  }

  private mappingMessages(places: ReadonlyMap<MappingId, MappingPlace>): Uint8Array {
    const out = new MessageWriter();
    for (const [mapping, { id, start, limit, isNamed }] of places) {
      const message = new MessageWriter();
      message.number(MAPPING.id, id);
      message.number(MAPPING.memoryStart, start);
      message.number(MAPPING.memoryLimit, limit);
      message.number(MAPPING.filename, this.text(this.profile.mappings.path(mapping)));
      message.number(MAPPING.buildId, this.text(this.profile.mappings.buildId(mapping)));
      message.number(MAPPING.hasFunctions, isNamed ? 1 : 0);
      message.number(MAPPING.hasInlineFrames, isNamed ? 1 : 0);
      out.blob(PROFILE.mapping, message.view());
    }
    return out.take();
  }

  /** A location with its functions, the innermost first, or with its address alone. */
  private location(index: number, places: ReadonlyMap<MappingId, MappingPlace>): Uint8Array {
    const { locations } = this;
    const frame = locations.frameOf(index);
    const place = places.get(locations.mappingOf(frame));
    const message = new MessageWriter();
    message.number(LOCATION.id, index + 1);
    message.number(LOCATION.mappingId, place?.id ?? 0);
    if (locations.isUnnamed(frame)) this.address(message, frame, place?.start ?? 0);
    else {
      const { parent, frame: frames } = locations.nodes.columns;
      for (let node = locations.used.data[index]; node !== ROOT; node = parent.data[node]) {
        message.blob(LOCATION.line, this.line(frames.data[node]));
      }
    }
    return message.view();
  }

  private address(message: MessageWriter, frame: FrameId, start: number): void {
    const { addressLo, addressHi } = this.profile.frames.columns;
    const low = addressLo.data[frame] + (start % 2 ** 32);
    const high = addressHi.data[frame] + Math.floor(start / 2 ** 32) + Math.floor(low / 2 ** 32);
    message.long(LOCATION.address, low >>> 0, high >>> 0);
  }

  private line(frame: FrameId): Uint8Array {
    const { frames } = this.profile;
    const kind = frames.kind(frame);
    const message = new MessageWriter();
    if (kind === FrameKind.Call) {
      message.number(LINE.functionId, this.functionId(frames.func(frame)));
      message.number(LINE.line, frames.columns.line.data[frame]);
      message.number(LINE.column, frames.columns.column.data[frame]);
    } else message.number(LINE.functionId, this.markerId(kind));
    return message.view();
  }

  private functionId(func: FunctionId): number {
    if (this.functionIds[func] === 0) this.functionIds[func] = this.addFunction(func);
    return this.functionIds[func];
  }

  private addFunction(func: FunctionId): number {
    const { functions, scripts } = this.profile;
    const { script, mapping, line, column } = functions.columns;
    const place = { name: functions.name(func), line: line.data[func], column: column.data[func] };
    const filename = scripts.url(script.data[func]);
    const isScript = filename !== '' && (mapping.data[func] === 0 || isJavaScript(filename));
    const name = isScript ? shownName(place) : place.name;
    const system = isScript ? systemName(filename, place) : place.name;
    return this.add({ name, system, filename, line: place.line });
  }

  private markerId(kind: MarkerKind): number {
    const known = this.markerIds.get(kind);
    if (known !== undefined) return known;
    const name = MARKER_NAMES[kind];
    const id = this.add({ name, system: name, filename: '', line: 0 });
    this.markerIds.set(kind, id);
    return id;
  }

  private add(row: { name: string; system: string; filename: string; line: number }): number {
    const message = new MessageWriter();
    message.number(FUNCTION.id, ++this.functionCount);
    message.number(FUNCTION.name, this.text(row.name));
    message.number(FUNCTION.systemName, this.text(row.system));
    message.number(FUNCTION.filename, this.text(row.filename));
    message.number(FUNCTION.startLine, row.line);
    this.functions.blob(PROFILE.function, message.view());
    return this.functionCount;
  }
}

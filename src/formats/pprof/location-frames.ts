import { U32Column } from '../../profile/columns.js';
import { CALL_FRAME, type FrameId } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { Layer, scriptOrigin } from '../../profile/layers.js';
import { Malformed } from '../../profile/malformed.js';
import type { MappingId } from '../../profile/mappings.js';
import { internMarkerFrame, markerKind } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { plainUrl } from '../../profile/script-url.js';
import { codeLayer } from '../code-layer.js';
import { isInFile, isJavaScript, placeOf } from './function-place.js';
import type { PprofTables } from './tables.js';

/** Where code is: a row of the file's mappings (-1 for none), the model's mapping, the offset in its file. */
interface CodePlace {
  readonly row: number;
  readonly mapping: MappingId;
  readonly path: string;
  readonly addressLo: number;
  readonly addressHi: number;
}

/** The frames of the model at each location of a pprof, the outermost first. */
export class LocationFrames {
  readonly frames = new U32Column();
  /** By location: its first in `frames`; one more at the end. */
  readonly first = new U32Column();
  /** By mapping of the file: that of the model. */
  private readonly mappings: readonly MappingId[];
  /** Whether functions without file and mapping are V8's: builtins, `(garbage collector)`. */
  private readonly hasScripts: boolean;

  constructor(
    private readonly profile: Profile,
    private readonly tables: PprofTables,
  ) {
    const { mappings, functions, strings } = tables;
    this.mappings = Array.from({ length: mappings.filename.length }, (_, row) =>
      profile.mappings.intern(
        strings.get(mappings.filename.data[row]),
        strings.get(mappings.buildId.data[row]),
      ),
    );
    this.hasScripts = functions.filename.data
      .subarray(0, functions.filename.length)
      .some((id) => isJavaScript(strings.get(id)));
    for (let row = 0; row < tables.locations.at.length; row++) this.addLocation(row);
    this.first.push(this.frames.length);
  }

  private addLocation(row: number): void {
    const { locations, lines } = this.tables;
    const [begin, end] = [locations.firstLine.data[row], locations.firstLine.data[row + 1]];
    const place = this.codePlace(row);
    this.first.push(this.frames.length);
    if (begin === end) this.frames.push(this.unnamed(place));
    // The first line is the innermost; all but the last were inlined into the one after it.
    for (let at = end - 1; at >= begin; at--) {
      const func = this.tables.functions.id.row(lines.function.data[at]);
      if (func < 0) throw this.noFunction(row, lines.function.data[at]);
      this.frames.push(this.lineFrame(at, func, { place, inlined: at < end - 1 ? 1 : 0 }));
    }
  }

  private noFunction(row: number, id: number): Malformed {
    const at = this.tables.locations.at.data[row];
    return new Malformed(`byte ${at}: a location names function ${id}, which is not there`);
  }

  private codePlace(location: number): CodePlace {
    const { locations, mappings } = this.tables;
    const low = locations.addressLow.data[location];
    const high = locations.addressHigh.data[location];
    const row = mappings.id.row(locations.mapping.data[location]);
    const mapping = row < 0 ? 0 : this.mappings[row];
    const path = this.profile.mappings.path(mapping);
    const hasOffset = row >= 0 && isInFile(path) && (low !== 0 || high !== 0);
    if (!hasOffset) return { row, mapping, path, addressLo: low, addressHi: high };
    const offsetLow = low - mappings.startLow.data[row] + mappings.offsetLow.data[row];
    const offsetHigh = high - mappings.startHigh.data[row] + mappings.offsetHigh.data[row];
    return {
      row,
      mapping,
      path,
      addressLo: offsetLow >>> 0,
      addressHi: (offsetHigh + Math.floor(offsetLow / 2 ** 32)) >>> 0,
    };
  }

  private unnamed({ mapping, path, addressLo, addressHi }: CodePlace): FrameId {
    const { functions, frames } = this.profile;
    const key = { name: '', script: 0, mapping, line: 0, column: 0 };
    const func = functions.intern(key, nativeLayerOr(Layer.Unknown, path, ''), '');
    return frames.intern({ ...CALL_FRAME, func, addressLo, addressHi });
  }

  private lineFrame(
    at: number,
    row: number,
    { place, inlined }: { place: CodePlace; inlined: 0 | 1 },
  ): FrameId {
    const { functions, lines, strings } = this.tables;
    const { frames } = this.profile;
    const [line, column] = [lines.line.data[at], lines.column.data[at]];
    const filename = plainUrl(strings.get(functions.filename.data[row]));
    const systemName = strings.get(functions.systemName.data[row]);
    const name = strings.get(functions.name.data[row]) || systemName;
    if (filename !== '' && (isJavaScript(filename) || (this.hasScripts && place.path === ''))) {
      const named = placeOf(filename, { name, systemName }, functions.startLine.data[row]);
      const func = this.scriptFunction(filename, named);
      return frames.intern({ ...CALL_FRAME, func, line, column, inlined });
    }
    const kind = filename === '' && place.mapping === 0 ? markerKind(name) : undefined;
    if (kind !== undefined) return internMarkerFrame(this.profile, kind);
    const isUnnamed = name === '' && filename === '' && functions.startLine.data[row] === 0;
    if (isUnnamed && line === 0) return this.unnamed(place);
    const func = this.nativeFunction(row, { name, filename, place });
    return frames.intern({ ...CALL_FRAME, func, line, column, inlined });
  }

  private scriptFunction(url: string, place: { name: string; line: number; column: number }): FunctionId {
    const { layer, packageName } = scriptOrigin(url);
    const script = this.profile.scripts.intern(url);
    return this.profile.functions.intern({ ...place, script, mapping: 0 }, layer, packageName);
  }

  /** A compiled function keeps the source file that it is from as its script, beside its mapping. */
  private nativeFunction(
    row: number,
    { name, filename, place }: { name: string; filename: string; place: CodePlace },
  ): FunctionId {
    const { functions, scripts } = this.profile;
    const { mapping, path } = place;
    const key = {
      name,
      script: filename === '' ? 0 : scripts.intern(filename),
      mapping,
      line: this.tables.functions.startLine.data[row],
      column: 0,
    };
    const layer = nativeLayerOr(
      this.hasScripts && name !== '(program)' ? Layer.V8 : Layer.Unknown,
      path,
      name,
    );
    // The first mapping is the program itself: proto/profile.proto.
    const isProgram = place.row === 0 && filename !== '' && layer === Layer.System && !path.includes('.so');
    return functions.intern(key, isProgram ? Layer.Application : layer, '');
  }
}

function nativeLayerOr(without: Layer, path: string, name: string): Layer {
  return path === '' ? without : codeLayer(path, name);
}

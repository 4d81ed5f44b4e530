import { U32Column } from '../../profile/columns.js';
import { CALL_FRAME, type FrameId } from '../../profile/frames.js';
import { LAYER_NAMES, Layer, scriptOrigin } from '../../profile/layers.js';
import { internMarkerFrame } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { RowIndex } from '../../profile/row-index.js';
import type { Texts } from '../json/texts.js';
import { MARKER_KINDS } from '../markers.js';
import { internNamed } from '../named-function.js';

/** What slices are of: name, category and, in files of ours, place; each once. */
export class SliceLabels {
  private readonly columns = {
    name: new U32Column(),
    category: new U32Column(),
    file: new U32Column(),
    line: new U32Column(),
    column: new U32Column(),
  };
  private readonly index = new RowIndex(Object.values(this.columns));
  private readonly frames: FrameId[] = [];

  constructor(
    private readonly profile: Profile,
    private readonly texts: Texts,
  ) {
    // The first stands for "does not say".
    this.intern(0, 0, 0, 0, 0);
  }

  /** All but line and column are ids of texts. */
  intern(name: number, category: number, file: number, line: number, column: number): number {
    const known = this.index.find([name, category, file, line, column]);
    if (known >= 0) return known;
    this.columns.name.push(name);
    this.columns.category.push(category);
    this.columns.file.push(file);
    this.columns.line.push(line);
    this.columns.column.push(column);
    return this.columns.name.length - 1;
  }

  nameOf(label: number): number {
    return this.columns.name.data[label];
  }

  frameOf(label: number): FrameId {
    this.frames[label] ??= this.makeFrame(label);
    return this.frames[label];
  }

  private makeFrame(label: number): FrameId {
    const { profile, texts, columns } = this;
    const name = texts.get(columns.name.data[label]);
    const category = texts.get(columns.category.data[label]);
    const file = texts.get(columns.file.data[label]);
    const marker = file === '' ? MARKER_KINDS.get(name) : undefined;
    if (marker !== undefined) return internMarkerFrame(profile, marker);
    const place = { line: columns.line.data[label], column: columns.column.data[label] };
    return profile.frames.intern({
      ...CALL_FRAME,
      func: this.functionOf({ name, file, ...place }, category),
    });
  }

  private functionOf(
    named: { name: string; file: string; line: number; column: number },
    category: string,
  ): number {
    const { functions, mappings, scripts } = this.profile;
    const layer = (LAYER_NAMES as readonly string[]).indexOf(category);
    if (layer < 0) return internNamed(this.profile, named, layerOfCategory(category));
    // A file of ours: the layer tells whether the file is a script.
    const { name, file, line, column } = named;
    const isScript = file !== '' && layer >= Layer.NodeJs && layer <= Layer.Application;
    const script = isScript ? scripts.intern(file) : 0;
    const mapping = isScript || file === '' ? 0 : mappings.intern(file, '');
    return functions.intern(
      { name, script, mapping, line, column },
      layer,
      isScript ? scriptOrigin(file).packageName : '',
    );
  }
}

/** Of what V8 and Node trace of themselves. */
function layerOfCategory(category: string): Layer {
  const categories = category.split(',');
  if (categories.some((each) => /^(?:disabled-by-default-)?v8\b/.test(each))) return Layer.V8;
  return categories.some((each) => /^node\b/.test(each)) ? Layer.Node : Layer.Unknown;
}

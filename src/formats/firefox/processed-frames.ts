import { U32Column } from '../../profile/columns.js';
import { type FrameId, TIER_NAMES, Tier } from '../../profile/frames.js';
import { LAYER_NAMES, type Layer } from '../../profile/layers.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import type { Texts } from '../json/texts.js';
import { internCodeFrame } from './code-frames.js';
import type { FileTables } from './file-tables.js';
import type { FirefoxFile } from './firefox-file.js';
import { PRODUCT } from './product.js';
import type { StackSource } from './stack-rows.js';
import { isCodeOf, parseV8Name } from './v8-names.js';

const UNKNOWN = 0xffffffff;

/** The frames and stacks of one set of tables of a processed profile. */
export class ProcessedFrames implements StackSource {
  readonly length: number;
  private readonly frames = new U32Column();
  /** Whether a frame's category is one of our layers. */
  private readonly isOurs: boolean;

  constructor(
    private readonly profile: Profile,
    private readonly file: FirefoxFile,
    private readonly tables: FileTables,
    private readonly texts: Texts,
  ) {
    this.length = tables.stacks.columns.frame.length;
    this.isOurs = file.meta.product === PRODUCT;
    for (let row = 0; row < tables.frames.columns.func.length; row++) this.frames.push(UNKNOWN);
  }

  /** Since version 66 it is told by how far it is before the row. */
  prefix(row: number): number {
    const { stacks } = this.tables;
    if (stacks.columns.prefixOffset.length === 0) return stacks.get('prefix', row);
    const offset = stacks.get('prefixOffset', row);
    return offset > 0 ? row - offset : Number.NaN;
  }

  frame(row: number): FrameId {
    const frame = this.tables.stacks.get('frame', row);
    if (!(frame >= 0 && frame < this.frames.length)) {
      throw new Malformed(`stack ${row} names frame ${frame}, and there are ${this.frames.length}`);
    }
    const known = this.frames.data[frame];
    if (known !== UNKNOWN) return known;
    const made = this.make(frame);
    this.frames.data[frame] = made;
    return made;
  }

  /** Whether a row is the code of the function that its caller only names, so that the two are one frame. */
  replacesCaller(row: number, caller: number): boolean {
    const func = this.funcOf(row);
    const callers = this.funcOf(caller);
    const { funcs } = this.tables;
    if (funcs.get('isJS', callers) !== 1 || funcs.get('isJS', func) === 1) return false;
    return isCodeOf(this.text(funcs.get('name', func)), this.text(funcs.get('name', callers)));
  }

  private funcOf(row: number): number {
    return this.tables.frames.get('func', this.tables.stacks.get('frame', row));
  }

  private make(frame: number): FrameId {
    const { frames, funcs } = this.tables;
    const func = frames.get('func', frame);
    if (!(func >= 0 && func < funcs.columns.name.length)) {
      throw new Malformed(
        `frame ${frame} names function ${func}, and there are ${funcs.columns.name.length}`,
      );
    }
    const library = this.library(frame, func);
    const path = library?.path || library?.name || '';
    const isScript = funcs.get('isJS', func) === 1;
    const name = this.text(funcs.get('name', func));
    const file = this.sourceFile(func);
    const v8 = file === '' && (isScript || name.startsWith('JS:')) ? parseV8Name(name) : undefined;
    const [tier, layer] = this.tierAndLayer(frame);
    return internCodeFrame(this.profile, {
      name,
      file,
      line: place(funcs.get('lineNumber', func)),
      column: place(funcs.get('columnNumber', func)),
      library: path,
      buildId: library?.codeId ?? '',
      isScript,
      tier,
      ...(v8 !== undefined && { ...v8, isScript: true, library: '', buildId: '' }),
      atLine: place(frames.get('line', frame)),
      atColumn: place(frames.get('column', frame)),
      layer,
      isInlined: frames.get('inlineDepth', frame) > 0,
    });
  }

  /** In a list of its own since version 58. */
  private sourceFile(func: number): string {
    const { funcs, sources } = this.tables;
    const source = funcs.get('source', func);
    const shared = sources.columns.filename.length > 0 ? sources : this.file.shared.sources;
    return this.text(source >= 0 ? shared.get('filename', source) : funcs.get('fileName', func));
  }

  /** Told by the frame since version 70, by the function's resource before. */
  private library(frame: number, func: number): FirefoxFile['libs'][number] | undefined {
    const { frames, funcs, resources } = this.tables;
    const own = frames.get('lib', frame);
    const lib = frames.columns.lib.length > 0 ? own : resources.get('lib', funcs.get('resource', func));
    return lib >= 0 ? this.file.libs[lib] : undefined;
  }

  /** Our layers are categories, and our tiers their subcategories. */
  private tierAndLayer(frame: number): [Tier, Layer | -1] {
    const { frames } = this.tables;
    const category = this.file.categories[frames.get('category', frame)];
    if (category === undefined || !this.isOurs) return [Tier.None, -1];
    const tier = (TIER_NAMES as readonly string[]).indexOf(
      category.subcategories[frames.get('subcategory', frame)] ?? '',
    );
    return [Math.max(tier, 0), (LAYER_NAMES as readonly string[]).indexOf(category.name) as Layer | -1];
  }

  private text(index: number): string {
    if (Number.isNaN(index) || index < 0) return '';
    // The list is shared since version 56, the other tables only since version 60.
    const own = this.tables.strings;
    const strings = own.columns.text.length > 0 ? own : this.file.shared.strings;
    if (index >= strings.columns.text.length) {
      throw new Malformed(`text ${index} is asked for, and there are ${strings.columns.text.length}`);
    }
    return this.texts.get(strings.get('text', index));
  }
}

/** A line or column; 0 for what is none. */
function place(value: number): number {
  return value >= 1 && value <= 0xffffffff ? Math.floor(value) : 0;
}

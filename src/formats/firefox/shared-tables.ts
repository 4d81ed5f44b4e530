import { type FrameId, FrameKind } from '../../profile/frames.js';
import type { FunctionId } from '../../profile/functions.js';
import { MARKER_NAMES } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { fileUrl } from '../../profile/script-url.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { libraryLabel } from '../library-label.js';
import { IDLE_CATEGORY } from './categories.js';
import { list, object, orNull, type Piece, table } from './json-text.js';
import { numberList } from './number-text.js';
import { StringList } from './string-list.js';

/** Levels of inlining that the profiler tells apart. */
const MAX_INLINE_DEPTH = 255;
/** `ResourceType.Library` of the profiler. */
const LIBRARY = 1;

/**
 * `shared`: the tables that stacks are made of. Rows are the profile's own ids, stacks less one, since the root has
 * no row; frames that are inlined at several depths get rows behind them.
 */
export class SharedTables {
  readonly strings = new StringList();
  private readonly inlinedFrames: { readonly frame: FrameId; readonly depth: number }[] = [];
  private readonly inlinedRows = new Map<number, number>();

  constructor(private readonly profile: Profile) {}

  /** The row of a stack; NaN, which is `null`, at the root. */
  stack(stack: StackId): number {
    return stack === ROOT ? Number.NaN : stack - 1;
  }

  pieces(): Generator<Piece> {
    const frameRows = this.frameRows();
    const { stacks } = this.profile;
    const parents = stacks.columns.parent.data;
    return object({
      stackTable: table(stacks.length - 1, {
        frame: numberList(stacks.length - 1, (row) => frameRows[row]),
        prefix: numberList(stacks.length - 1, (row) => this.stack(parents[row + 1])),
      }),
      frameTable: this.frameTable(),
      funcTable: this.funcTable(),
      resourceTable: this.resourceTable(),
      nativeSymbols: table(0, { libIndex: none, address: none, name: none, functionSize: none }),
      sources: this.sources(),
      // The others add to it, so it comes last.
      stringArray: this.stringArray(),
    });
  }

  /** By stack less one: the row of its frame. */
  private frameRows(): Uint32Array {
    const { stacks, frames } = this.profile;
    const { parent, frame } = stacks.columns;
    const rows = new Uint32Array(stacks.length - 1);
    const depths = new Uint8Array(stacks.length);
    for (let stack = 1; stack < stacks.length; stack++) {
      const own = frame.data[stack];
      const isInlined = parent.data[stack] !== ROOT && frames.inlined(own);
      depths[stack] = isInlined ? Math.min(depths[parent.data[stack]] + 1, MAX_INLINE_DEPTH) : 0;
      rows[stack - 1] = depths[stack] === 0 ? own : this.inlinedRow(own, depths[stack]);
    }
    return rows;
  }

  private inlinedRow(frame: FrameId, depth: number): number {
    const key = frame * (MAX_INLINE_DEPTH + 1) + depth;
    const known = this.inlinedRows.get(key);
    if (known !== undefined) return known;
    const row = this.profile.frames.length + this.inlinedFrames.push({ frame, depth }) - 1;
    this.inlinedRows.set(key, row);
    return row;
  }

  private frameTable(): Generator<Piece> {
    const { frames, functions } = this.profile;
    const { line, column } = frames.columns;
    const of = (row: number) => (row < frames.length ? row : this.inlinedFrames[row - frames.length].frame);
    const depth = (row: number) => (row < frames.length ? 0 : this.inlinedFrames[row - frames.length].depth);
    const isIdle = (row: number) => frames.kind(of(row)) === FrameKind.Idle;
    return table(frames.length + this.inlinedFrames.length, {
      address: () => -1,
      inlineDepth: depth,
      category: (row) => (isIdle(row) ? IDLE_CATEGORY : functions.layer(frames.func(of(row)))),
      subcategory: (row) => (isIdle(row) ? 0 : frames.tier(of(row))),
      func: (row) => this.funcOf(of(row)),
      nativeSymbol: () => null,
      innerWindowID: () => null,
      line: (row) => orNull(line.data[of(row)]),
      column: (row) => orNull(column.data[of(row)]),
    });
  }

  /** Functions, and behind them one for each kind of marker. */
  private funcOf(frame: FrameId): number {
    const { frames, functions } = this.profile;
    const kind = frames.kind(frame);
    return kind === FrameKind.Call ? frames.func(frame) : functions.length + kind - 1;
  }

  private funcTable(): Generator<Piece> {
    const { functions } = this.profile;
    const { script, mapping, line, column } = functions.columns;
    const markers = Object.values(MARKER_NAMES);
    const isMarker = (row: number) => row >= functions.length;
    return table(functions.length + markers.length, {
      name: (row) => this.strings.intern(isMarker(row) ? markers[row - functions.length] : this.nameOf(row)),
      isJS: (row) => !isMarker(row) && script.data[row] !== 0 && mapping.data[row] === 0,
      relevantForJS: () => false,
      resource: (row) => (isMarker(row) ? -1 : mapping.data[row] - 1),
      source: (row) => (isMarker(row) || script.data[row] === 0 ? null : script.data[row] - 1),
      lineNumber: (row) => (isMarker(row) ? null : orNull(line.data[row])),
      columnNumber: (row) => (isMarker(row) ? null : orNull(column.data[row])),
    });
  }

  private nameOf(func: FunctionId): string {
    const { functions, mappings } = this.profile;
    const { script, mapping } = functions.columns;
    const name = functions.name(func);
    if (name !== '') return name;
    return script.data[func] !== 0 && mapping.data[func] === 0
      ? '(anonymous)'
      : libraryLabel(mappings.path(mapping.data[func]));
  }

  /** A resource for each library, with the same index. */
  private resourceTable(): Generator<Piece> {
    const { mappings } = this.profile;
    return table(mappings.length - 1, {
      lib: (row) => row,
      name: (row) => this.strings.intern(fileName(mappings.path(row + 1))),
      host: () => null,
      type: () => LIBRARY,
    });
  }

  private sources(): Generator<Piece> {
    const { scripts } = this.profile;
    return table(scripts.length - 1, {
      uuid: () => null,
      filename: (row) => this.strings.intern(fileUrl(scripts.url(row + 1))),
    });
  }

  private *stringArray(): Generator<Piece> {
    yield* list(this.strings.length, (index) => this.strings.get(index));
  }
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

function none(): number {
  return 0;
}

import { type FunctionWeight, functionWeights } from '../../analysis/functions.js';
import { besideByV8, javascriptOf } from '../../analysis/javascript.js';
import { tellsCpu } from '../../analysis/measure.js';
import { type Outbound, outboundOf } from '../../analysis/outbound/index.js';
import type { Selection } from '../../analysis/selection.js';
import { splitTime, type TimeSplit } from '../../analysis/time-split.js';
import { UserError } from '../../profile/errors.js';
import { LAYER_NAMES, Layer } from '../../profile/layers.js';
import { EXIT } from '../exit-codes.js';
import { type Output, outputWidth, type Paint, painter } from '../terminal.js';
import { Places } from './places.js';

/** What of wall time a report is of. */
export type PartOfTime = 'cpu' | 'blocked' | 'wall';

/** What of a view a context depends on. */
interface ContextView {
  readonly limit?: number;
  readonly of?: PartOfTime;
}

/** What every section of a report is written from. */
export interface ReportContext {
  /** What shares are of. */
  readonly selection: Selection;
  /** What its wall time consists of; undefined when that is not known, or it is of something else. */
  readonly split: TimeSplit | undefined;
  readonly functions: readonly FunctionWeight[];
  /** What the selected threads asked of others in the selected time. */
  readonly outbound: Outbound;
  readonly places: Places;
  readonly width: number;
  readonly paint: Paint;
  /** Rows of a table at most; undefined leaves it to the section. */
  readonly limit: number | undefined;
  /** Of V8's profiler, when the JavaScript of `selection` has no names: its own unit, its own shares. */
  readonly javascript?: ReportContext;
}

/** Where functions have their names. */
export function namedContext(context: ReportContext): ReportContext {
  return context.javascript ?? context;
}

/**
 * @param selection by its weights; of wall time whose samples tell, shares are of its CPU time
 * @param view.of the part of wall time that all is of instead: of V8's, where that is beside what the selection is of
 */
export function reportContext(selection: Selection, stream: Output, view: ContextView = {}): ReportContext {
  if (view.of !== undefined) return contextOf(tellingWall(selection, view.of), stream, view);
  const javascript = javascriptOf(selection);
  const own = contextOf(selection, stream, view);
  return javascript === undefined ? own : { ...own, javascript: contextOf(javascript, stream, view) };
}

function tellingWall(selection: Selection, of: PartOfTime): Selection {
  const wall = [selection, besideByV8(selection)].find((each) => each && tellsCpu(each.measure));
  if (wall !== undefined) return wall;
  const message = `this recording does not tell what of its samples' time was CPU time, so there is no --of ${of}; record with --engine v8 on Linux.`;
  throw new UserError('NO_CPU_TIMES', message, EXIT.usage);
}

function contextOf(wall: Selection, stream: Output, { limit, of }: ContextView): ReportContext {
  const split = splitTime(wall);
  const selection = split === undefined ? wall : split[of ?? 'cpu'];
  const functions = functionWeights(selection);
  return {
    selection,
    split,
    functions,
    outbound: outboundOf(selection.profile, selection.options),
    places: new Places(selection.profile, functions),
    width: outputWidth(stream),
    paint: painter(stream),
    limit,
  };
}

/** The application stands out; what the reader cannot change steps back. */
export function paintLayer(paint: Paint, layer: Layer, text: string): string {
  if (layer === Layer.Application) return paint('green', text);
  if (layer === Layer.Dependency) return paint('cyan', text);
  if (layer === Layer.NodeJs) return paint('blue', text);
  if (layer === Layer.V8) return paint('magenta', text);
  return layer === Layer.Kernel ? paint('yellow', text) : paint('dim', text);
}

export function layerOf({ selection }: ReportContext, func: number): Layer {
  return selection.profile.functions.layer(func);
}

export function layerName(layer: Layer): string {
  return LAYER_NAMES[layer];
}

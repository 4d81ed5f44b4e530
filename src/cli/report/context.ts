import { type FunctionWeight, functionWeights } from '../../analysis/functions.js';
import { javascriptOf } from '../../analysis/javascript.js';
import type { Selection } from '../../analysis/selection.js';
import { LAYER_NAMES, Layer } from '../../profile/layers.js';
import { type Output, outputWidth, type Paint, painter } from '../terminal.js';
import { Places } from './places.js';

/** What every section of a report is written from. */
export interface ReportContext {
  readonly selection: Selection;
  readonly functions: readonly FunctionWeight[];
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

export function reportContext(selection: Selection, stream: Output, limit?: number): ReportContext {
  const javascript = javascriptOf(selection);
  const own = contextOf(selection, stream, limit);
  return javascript === undefined ? own : { ...own, javascript: contextOf(javascript, stream, limit) };
}

function contextOf(selection: Selection, stream: Output, limit?: number): ReportContext {
  const functions = functionWeights(selection);
  return {
    selection,
    functions,
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

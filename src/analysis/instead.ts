import type { FunctionId } from '../profile/functions.js';
import { LAYER_NAMES, Layer } from '../profile/layers.js';
import { mergeStacks } from './call-tree.js';
import { CULPRIT_SHARE } from './culprit.js';
import { functionName } from './function-names.js';
import { collectorWeight } from './garbage-collection.js';
import { namelessJavascript } from './javascript.js';
import { layerWeights } from './layers.js';
import { packageWeights } from './packages.js';
import type { Selection } from './selection.js';

/** A part of the total and what it is, in words that complete "41 % is …". */
export interface Part {
  readonly what: string;
  /** The function, when the part is one. */
  readonly func?: FunctionId;
  /** Of the weight that is not idle, 0 to 1. */
  readonly share: number;
}

const PARTS = 3;
const SMALLEST = 0.05;

/**
 * What a recording without a single culprit consists of, heaviest first: garbage collection when that is much of
 * it; the application's heaviest functions when the application is; else packages and layers.
 */
export function partsInstead(selection: Selection): Part[] {
  if (selection.total === 0) return [];
  const collecting = { what: 'garbage collection', share: collectorWeight(selection) / selection.total };
  if (collecting.share >= CULPRIT_SHARE) return [collecting];
  const own = applicationParts(selection);
  const ownShare = own.reduce((sum, part) => sum + part.share, 0);
  const parts = ownShare >= CULPRIT_SHARE ? own : foreignParts(selection);
  return parts.filter((part, i) => i === 0 || part.share >= SMALLEST).slice(0, PARTS);
}

/** Application functions by what they and the code under them did, up to the next application function. */
function applicationParts(selection: Selection): Part[] {
  const { profile, total } = selection;
  const keep = (func: number) => profile.functions.layer(func) === Layer.Application;
  const tree = mergeStacks(selection, { keep, dropMarkers: true });
  const weights = new Map<number, number>();
  for (let id = 1; id < tree.nodes.length; id++) {
    const func = tree.nodes.columns.frame.data[id];
    weights.set(func, (weights.get(func) ?? 0) + tree.self[id]);
  }
  return [...weights]
    .map(([func, weight]) => ({ what: functionName(profile, func), func, share: weight / total }))
    .sort(byShare);
}

function foreignParts(selection: Selection): Part[] {
  const packages = packageWeights(selection).map((weight) => ({
    what: weight.name,
    share: weight.self / selection.total,
  }));
  const nameless = namelessJavascript(selection).self;
  const layers = layerWeights(selection)
    .filter(({ layer }) => layer !== Layer.Dependency)
    .map(({ layer, self }) => ({
      what: `the ${LAYER_NAMES[layer]} layer`,
      share: (layer === Layer.Unknown ? self - nameless : self) / selection.total,
    }));
  const javascript = { what: 'JavaScript without names', share: nameless / selection.total };
  return [...packages, javascript, ...layers].sort(byShare);
}

function byShare(a: Part, b: Part): number {
  return b.share - a.share;
}

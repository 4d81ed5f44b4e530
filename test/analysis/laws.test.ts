import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallNode, calleesFirst, callersFirst, mergeStacks } from '../../src/analysis/call-tree.js';
import { findCulprits } from '../../src/analysis/culprit.js';
import { fileWeights } from '../../src/analysis/files.js';
import { functionWeights } from '../../src/analysis/functions.js';
import { layerWeights } from '../../src/analysis/layers.js';
import { qualityShares } from '../../src/analysis/quality-shares.js';
import { select } from '../../src/analysis/selection.js';
import { threadWeights } from '../../src/analysis/threads.js';
import { LAYER_NAMES } from '../../src/profile/layers.js';
import type { Profile } from '../../src/profile/profile.js';
import { Unit } from '../../src/profile/series.js';
import { addSamples, addThread, profileOf } from '../profiles.js';

const FRAMES = [
  'a',
  'b',
  'b!7',
  'c@/app/c.js:3:1',
  'lib#dependency/lib',
  'builtin#v8',
  'read#kernel',
  '()@/x.so#system',
  '[async]',
];
const stack = fc
  .tuple(
    fc.constantFrom('', '', '[truncated]', '[broken]', '[idle]'),
    fc.array(fc.constantFrom(...FRAMES), { maxLength: 12 }),
  )
  .map(([marker, frames]) => [marker, ...frames].filter((frame) => frame !== '').join(';'));
const samples = fc
  .array(fc.tuple(stack, fc.integer({ min: 1, max: 50 })), { maxLength: 30 })
  .map((lines) => lines.map(([text, weight]) => `${text} ${weight}`).join('\n'));

/** A profile of two threads with the given samples. */
const profiles = fc.tuple(samples, samples).map(([first, second]) => {
  const profile = profileOf(first, { unit: Unit.WallNs });
  addSamples(profile, addThread(profile, { tid: 2 }), second, { unit: Unit.WallNs });
  return profile;
});

const holds = (property: (profile: Profile) => void) =>
  fc.assert(fc.property(profiles, property), { numRuns: 150 });
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const weightsOf = (rows: { self: number }[]) => sum(rows.map(({ self }) => self));

describe('whatever was recorded', () => {
  it('selected and idle weight make up the recording', () => {
    holds((profile) => {
      const selection = select(profile);
      expect(selection.total + selection.idle).toBe(sum(profile.series.map((series) => series.totalWeight)));
      expect(selection.stacks.total[0]).toBe(selection.total);
      expect(sum(selection.stacks.self)).toBe(selection.total);
      expect(sum(threadWeights(selection).map(({ sampled }) => sampled))).toBe(selection.total);
    });
  });

  it('self times add up to the total, and no function exceeds it', () => {
    holds((profile) => {
      const selection = select(profile);
      const functions = functionWeights(selection);
      const nameless = sum(
        [...selection.stacks.self].filter((_, row) => !hasFunction(profile, selection.stacks.stack[row])),
      );
      expect(weightsOf(layerWeights(selection))).toBe(selection.total);
      expect(weightsOf(functions) + nameless).toBe(selection.total);
      for (const { self, total, tiers } of functions) {
        expect(self).toBeLessThanOrEqual(total);
        expect(total).toBeLessThanOrEqual(selection.total);
        expect(sum(tiers)).toBe(total);
      }
    });
  });

  it('merging by function changes no function’s weights', () => {
    holds((profile) => {
      const selection = select(profile);
      const tree = mergeStacks(selection);
      const selfs = new Map<number, number>();
      for (let id = 1; id < tree.nodes.length; id++) {
        const key = tree.nodes.columns.frame.data[id];
        selfs.set(key, (selfs.get(key) ?? 0) + tree.self[id]);
      }
      expect(tree.total[0]).toBe(selection.total);
      // Only a marker inside a stack can hold weight that is a function's: `a;[async]`.
      const markers = sum([...selfs].filter(([key]) => key >= tree.markerBase).map(([, weight]) => weight));
      for (const { func, self } of functionWeights(selection)) {
        expect(selfs.get(func) ?? 0).toBeLessThanOrEqual(self);
        expect(self - (selfs.get(func) ?? 0)).toBeLessThanOrEqual(markers);
      }
    });
  });

  it('inverting twice gives the paths back', () => {
    holds((profile) => {
      const tree = mergeStacks(select(profile));
      const inverted = paths(calleesFirst(tree)).map(
        ([path, weight]) => [[...path].reverse(), weight] as const,
      );
      expect(byPath(inverted)).toEqual(byPath(paths(callersFirst(tree))));
    });
  });

  it('filters divide it without loss', () => {
    holds((profile) => {
      const { total, samples } = select(profile);
      const threads = [0, 1].map((thread) => select(profile, { threads: new Set([thread]) }));
      const halves = [select(profile, { toUs: 40_000 }), select(profile, { fromUs: 40_000 })];
      const layers = LAYER_NAMES.map((_, layer) => select(profile, { layer }).total);
      const nameless = select(profile).total - sum(layers);
      expect(sum(threads.map((part) => part.total))).toBe(total);
      expect(sum(halves.map((part) => part.total))).toBe(total);
      expect(sum(halves.map((part) => part.samples))).toBe(samples);
      expect(nameless).toBeGreaterThanOrEqual(0);
    });
  });

  it('files and quality keep to the total', () => {
    holds((profile) => {
      const selection = select(profile);
      const shares = qualityShares(selection);
      expect(weightsOf(fileWeights(selection))).toBeLessThanOrEqual(selection.total);
      expect(shares.whole + shares.truncated + shares.broken).toBeCloseTo(selection.total === 0 ? 0 : 1);
      expect(shares.unknownLeaf).toBeLessThanOrEqual(shares.unknown);
    });
  });

  it('a culprit has at least 30 % of it', () => {
    holds((profile) => {
      const selection = select(profile);
      for (const { total } of findCulprits(selection, functionWeights(selection))) {
        expect(total).toBeGreaterThanOrEqual(0.3 * selection.total);
      }
    });
  });
});

/** Whether any frame of a stack is a function. */
function hasFunction(profile: Profile, id: number): boolean {
  for (let at = id; at !== 0; at = profile.stacks.columns.parent.data[at]) {
    if (profile.frames.kind(profile.stacks.columns.frame.data[at]) === 0) return true;
  }
  return false;
}

/** All paths of a tree that end somewhere, with the weight that ends there. */
function paths(roots: CallNode[]): (readonly [number[], number])[] {
  const found: (readonly [number[], number])[] = [];
  const pending = roots.map((node) => ({ node, path: [node.key] }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, path } = next;
    if (node.self > 0) found.push([path, node.self]);
    for (const child of node.children()) pending.push({ node: child, path: [...path, child.key] });
  }
  return found;
}

function byPath(all: (readonly [readonly number[], number])[]): Record<string, number> {
  return Object.fromEntries(all.map(([path, weight]) => [path.join(';'), weight] as const).sort());
}

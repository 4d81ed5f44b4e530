import { mergeStacks } from '../../analysis/call-tree.js';
import { fileWeights } from '../../analysis/files.js';
import { functionFile, functionName } from '../../analysis/function-names.js';
import { type FunctionWeight, functionWeights } from '../../analysis/functions.js';
import { layerWeights } from '../../analysis/layers.js';
import { chooseMeasure, type Quantity, tellsCpu } from '../../analysis/measure.js';
import { packageWeights } from '../../analysis/packages.js';
import { qualityShares } from '../../analysis/quality-shares.js';
import { type SelectionOptions, select } from '../../analysis/selection.js';
import { measureNotes } from '../../analysis/summary.js';
import type { Profile } from '../../profile/profile.js';
import type { Boxes } from './boxes.js';
import { flameBoxes } from './flame-boxes.js';
import { type Lane, type LaneBins, LaneCounter, lanesOf } from './lanes.js';
import {
  type ChartOptions,
  type Facts,
  type FunctionFacts,
  type FunctionRows,
  type OverviewOptions,
  type Pattern,
  TIERS,
  type View,
  type ViewOptions,
} from './protocol.js';
import { sampleEnd } from './sample-spans.js';
import { timeBoxes } from './time-boxes.js';

/** An opened recording, and every view of it. */
export class Recording {
  private readonly lanes: readonly Lane[];
  private readonly counter: LaneCounter;
  private readonly parts: readonly Quantity[];
  private readonly wholeTotals = new Map<Quantity, number>();

  constructor(
    readonly name: string,
    readonly profile: Profile,
  ) {
    const whole = select(profile);
    this.parts = tellsCpu(whole.measure) ? ['cpu', 'blocked', 'weight'] : ['weight'];
    this.lanes = lanesOf(profile, whole.threadWeights, whole.threadSamples);
    this.counter = new LaneCounter(profile);
  }

  facts(): Facts {
    const { profile, name, parts, lanes } = this;
    const measure = chooseMeasure(profile);
    const { processes, quality } = profile;
    const versions = Array.from({ length: processes.length }, (_, id) => processes.nodeVersion(id));
    return {
      name,
      info: { ...profile.info },
      nodeVersion: versions.find((version) => version !== '') ?? '',
      event: measure.event,
      timed: measure.series.length > 0 && measure.series.every(({ timed }) => timed),
      parts,
      endNs: endOf(profile),
      lanes,
      functions: functionFacts(profile),
      notes: [...quality.notes, ...measureNotes(measure)],
      lostSamples: quality.lostSamples,
    };
  }

  view(options: ViewOptions): View {
    const { part } = options;
    const selection = select(this.profile, selectionOptions(options), chooseMeasure(this.profile, part));
    return {
      unit: selection.measure.unit,
      total: selection.total,
      wholeTotal: this.wholeTotal(part),
      idle: selection.idle,
      samples: selection.samples,
      flame: flameBoxes(mergeStacks(selection)),
      functions: functionRows(functionWeights(selection)),
      packages: packageWeights(selection),
      files: fileWeights(selection),
      layers: layerWeights(selection),
      quality: qualityShares(selection),
    };
  }

  overview({ part, fromNs, toNs, bins }: OverviewOptions): LaneBins {
    const measure = chooseMeasure(this.profile, part);
    return this.counter.count(this.lanes, measure, part, { from: fromNs, to: toNs }, bins);
  }

  chart({ threads, fromNs, toNs, columns }: ChartOptions): Boxes {
    const { series } = chooseMeasure(this.profile);
    const shown = series.filter(({ thread }) => threads.includes(thread));
    return timeBoxes(this.profile, shown.slice(0, 1), { from: fromNs, to: toNs }, columns);
  }

  find({ text, regex }: Pattern): Uint8Array {
    const { profile } = this;
    const lower = text.toLowerCase();
    const pattern = regex ? new RegExp(text, 'iu') : undefined;
    return Uint8Array.from({ length: profile.functions.length }, (_, func) => {
      const words = `${functionName(profile, func)} ${functionFile(profile, func)}`;
      return (pattern ? pattern.test(words) : words.toLowerCase().includes(lower)) ? 1 : 0;
    });
  }

  private wholeTotal(part: Quantity): number {
    const known =
      this.wholeTotals.get(part) ?? select(this.profile, {}, chooseMeasure(this.profile, part)).total;
    this.wholeTotals.set(part, known);
    return known;
  }
}

function selectionOptions({ threads, fromUs, toUs, layer }: ViewOptions): SelectionOptions {
  return {
    ...(threads && { threads: new Set(threads) }),
    ...(fromUs !== undefined && { fromUs }),
    ...(toUs !== undefined && { toUs }),
    ...(layer !== undefined && { layer }),
  };
}

function functionFacts(profile: Profile): FunctionFacts {
  const { functions } = profile;
  const { length } = functions;
  const texts = (textOf: (id: number) => string) => Array.from({ length }, (_, id) => textOf(id));
  return {
    names: texts((id) => functionName(profile, id)),
    files: texts((id) => functionFile(profile, id)),
    packages: texts((id) => functions.package(id)),
    lines: functions.columns.line.data.slice(0, length),
    columns: functions.columns.column.data.slice(0, length),
    layers: functions.columns.layer.data.slice(0, length),
  };
}

function functionRows(weights: readonly FunctionWeight[]): FunctionRows {
  const tiers = new Float64Array(weights.length * TIERS);
  weights.forEach((weight, row) => {
    tiers.set(weight.tiers, row * TIERS);
  });
  return {
    func: Uint32Array.from(weights, ({ func }) => func),
    self: Float64Array.from(weights, ({ self }) => self),
    total: Float64Array.from(weights, ({ total }) => total),
    tiers,
  };
}

/** In ns: where the last sample ends, or the recording. */
function endOf(profile: Profile): number {
  let end = profile.info.durationUs * 1000;
  for (const series of profile.series) {
    const { length } = series.stacks;
    if (series.timed && length > 0) end = Math.max(end, sampleEnd(series, length - 1));
  }
  return Math.max(end, 1);
}

import type { LayerWeight } from '../../analysis/layers.js';
import type { Quantity } from '../../analysis/measure.js';
import type { QualityShares } from '../../analysis/quality-shares.js';
import type { NamedWeight } from '../../analysis/text-groups.js';
import type { RecordingInfo } from '../../profile/profile.js';
import type { QualityNote } from '../../profile/quality.js';
import type { Unit } from '../../profile/series.js';
import type { Boxes } from './boxes.js';
import type { Lane, LaneBins } from './lanes.js';

/** What the page must know of a recording at all times; nothing in it grows with the samples. */
export interface Facts {
  readonly name: string;
  readonly info: RecordingInfo;
  readonly nodeVersion: string;
  readonly event: string;
  /** Whether samples have times: without, there is neither an overview nor a time chart. */
  readonly timed: boolean;
  /** What can be summed, the first being what a report is of. */
  readonly parts: readonly Quantity[];
  /** Where the last sample ends or the recording, in ns. */
  readonly endNs: number;
  readonly lanes: readonly Lane[];
  readonly functions: FunctionFacts;
  readonly notes: readonly QualityNote[];
  readonly lostSamples: number;
}

/** Columns by function id. Names and files are as recorded: made visible where they are shown. */
export interface FunctionFacts {
  readonly names: readonly string[];
  readonly files: readonly string[];
  readonly packages: readonly string[];
  readonly lines: Uint32Array;
  readonly columns: Uint32Array;
  readonly layers: Uint8Array;
}

export interface ViewOptions {
  readonly part: Quantity;
  readonly threads?: readonly number[] | undefined;
  /** Microseconds. */
  readonly fromUs?: number | undefined;
  readonly toUs?: number | undefined;
  readonly layer?: number | undefined;
}

/** Everything that is summed of what is selected. Weights are in `unit`. */
export interface View {
  readonly unit: Unit;
  readonly total: number;
  /** Of the whole recording. */
  readonly wholeTotal: number;
  readonly idle: number;
  readonly samples: number;
  readonly flame: Boxes;
  readonly functions: FunctionRows;
  readonly packages: readonly NamedWeight[];
  readonly files: readonly NamedWeight[];
  readonly layers: readonly LayerWeight[];
  readonly quality: QualityShares;
}

/** Columns by row, heaviest by self first; `tiers` has `TIERS` numbers a row. */
export interface FunctionRows {
  readonly func: Uint32Array;
  readonly self: Float64Array;
  readonly total: Float64Array;
  readonly tiers: Float64Array;
}
export const TIERS = 8;

export interface OverviewOptions {
  readonly part: Quantity;
  readonly fromNs: number;
  readonly toNs: number;
  readonly bins: number;
}

export interface ChartOptions {
  readonly threads: readonly number[];
  readonly fromNs: number;
  readonly toNs: number;
  readonly columns: number;
}

/** What is looked for in names and files. */
export interface Pattern {
  readonly text: string;
  readonly regex: boolean;
}

/** The questions that the page asks its worker, by name. */
export interface Questions {
  open(options: { name: string; file: Blob | string }): Facts;
  view(options: ViewOptions): View;
  overview(options: OverviewOptions): LaneBins;
  chart(options: ChartOptions): Boxes;
  /** 1 for each function that matches, by id. */
  find(pattern: Pattern): Uint8Array;
  /** The whole recording in another format. */
  write(options: { format: string }): Blob;
}

export type Question = {
  [Name in keyof Questions]: { id: number; ask: Name; options: Parameters<Questions[Name]>[0] };
}[keyof Questions];

export type Message =
  | { readonly id: number; readonly answer: unknown }
  /** `code` is that of a `UserError`, '' for a defect of ours. */
  | { readonly id: number; readonly failure: string; readonly code: string }
  | { readonly progress: number };

import { computed, signal } from '@preact/signals';
import type { Quantity } from '../../analysis/measure.js';
import type { Facts, Pattern, View } from '../worker/protocol.js';

export const TABS = ['flame', 'chart', 'functions', 'packages', 'files', 'layers'] as const;
export type Tab = (typeof TABS)[number];

/** A range of time in ns from the recording's start. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the user has chosen to see. All of it is in the URL's fragment. */
export const tab = signal<Tab>('flame');
/** What is summed; undefined until a recording tells what it has. */
export const part = signal<Quantity | undefined>(undefined);
export const range = signal<Range | undefined>(undefined);
/** The lane whose threads alone are seen, by its index. */
export const lane = signal<number | undefined>(undefined);
export const layer = signal<number | undefined>(undefined);
export const pattern = signal<Pattern>({ text: '', regex: false });
/** Whether callers stand below their callees. */
export const upwards = signal(false);

/** What the worker made of it. */
export const view = signal<View | undefined>(undefined);
export const viewFailure = signal('');
/** 1 for each function that matches the pattern; undefined when nothing is looked for. */
export const matches = signal<Uint8Array | undefined>(undefined);
export const patternFailure = signal('');

/** Whether something is left out of the view. */
export const isFiltered = computed(() => [range, lane, layer].some(({ value }) => value !== undefined));

export function showAll(): void {
  range.value = undefined;
  lane.value = undefined;
  layer.value = undefined;
}

/** A recording has been opened: choices that are about the one before mean nothing in it. */
export function forgetView({ parts, lanes }: Facts): void {
  if (view.peek() !== undefined) showAll();
  view.value = undefined;
  matches.value = undefined;
  const chosen = part.peek();
  if (chosen === undefined || !parts.includes(chosen)) part.value = parts[0];
  if ((lane.peek() ?? 0) >= lanes.length) lane.value = undefined;
}

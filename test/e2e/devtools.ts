import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TOOLS } from './stackscope.js';

/** A node of DevTools' call tree, as far as it is used. */
interface CallNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly functionName: string;
  /** Milliseconds by hit counts. */
  readonly self: number;
}

/** DevTools' model of a .cpuprofile, from its published sources. */
interface Model {
  forEachFrame(
    open: (depth: number, node: CallNode) => void,
    close: (depth: number, node: CallNode, sample: number, start: number, ms: number, selfMs: number) => void,
  ): void;
  nodes(): readonly CallNode[];
}

/** Milliseconds as DevTools counts them, from the samples' times. */
export interface DevToolsTotals {
  readonly busyMs: number;
  readonly idleMs: number;
  /** The same by the nodes' hit counts, which older views of DevTools go by. */
  readonly busyByHitsMs: number;
  /** By `name file:line:column` of the definition. */
  readonly functions: ReadonlyMap<string, { readonly selfMs: number; readonly totalMs: number }>;
}

/** What Chrome DevTools' Performance panel is made from when a .cpuprofile is opened in it. */
export async function devToolsTotals(text: string): Promise<DevToolsTotals> {
  const path = '@paulirish/trace_engine/models/cpu_profile/CPUProfileDataModel.js';
  const { CPUProfileDataModel } = (await import(join(TOOLS, path))) as {
    CPUProfileDataModel: new (profile: unknown) => Model;
  };
  const model = new CPUProfileDataModel(JSON.parse(text));
  const functions = new Map<string, { selfMs: number; totalMs: number; open: number }>();
  const of = ({ callFrame }: CallNode) => {
    const key = functionKey(callFrame);
    const known = functions.get(key) ?? { selfMs: 0, totalMs: 0, open: 0 };
    functions.set(key, known);
    return known;
  };
  let busyMs = 0;
  let idleMs = 0;
  model.forEachFrame(
    (_, node) => {
      of(node).open++;
    },
    (_depth, node, _sample, _start, ms, selfMs) => {
      if (node.functionName === '(idle)') idleMs += selfMs;
      else busyMs += selfMs;
      const row = of(node);
      row.selfMs += selfMs;
      // A recursive function's time counts once, from its outermost call.
      if (--row.open === 0) row.totalMs += ms;
    },
  );
  const busyNodes = model.nodes().filter(({ functionName }) => functionName !== '(idle)');
  return { busyMs, idleMs, busyByHitsMs: busyNodes.reduce((sum, { self }) => sum + self, 0), functions };
}

/** A function's identity as `stackscope report --json` tells it too. */
function functionKey({ functionName, url, lineNumber, columnNumber }: CallNode['callFrame']): string {
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return `${functionName} ${file}:${lineNumber + 1}:${columnNumber + 1}`;
}

/** The slices of a trace, as DevTools' Performance panel shows them. */
export interface DevToolsSlices {
  readonly busyMs: number;
  /** By name. */
  readonly self: ReadonlyMap<string, number>;
}

/** A node of DevTools' tree of a thread's slices: times in microseconds. */
interface SliceNode {
  readonly entry: { readonly name: string };
  readonly selfTime?: number;
}

interface TraceModel {
  parse(events: readonly unknown[]): Promise<void>;
  parsedTrace(index: number): { readonly data: { readonly Renderer: RendererData } };
}

interface RendererData {
  readonly entryToNode: ReadonlyMap<unknown, SliceNode>;
}

/** What Chrome DevTools' Performance panel is made from when a trace is opened in it. */
export async function devToolsSlices(text: string): Promise<DevToolsSlices> {
  const path = '@paulirish/trace_engine/models/trace/ModelImpl.js';
  const { Model } = (await import(join(TOOLS, path))) as { Model: { createWithAllHandlers(): TraceModel } };
  const model = Model.createWithAllHandlers();
  await model.parse(JSON.parse(text).traceEvents);
  const self = new Map<string, number>();
  let busyMs = 0;
  for (const { entry, selfTime = 0 } of model.parsedTrace(0).data.Renderer.entryToNode.values()) {
    self.set(entry.name, (self.get(entry.name) ?? 0) + selfTime / 1000);
    busyMs += selfTime / 1000;
  }
  return { busyMs, self };
}

import type { Profile } from '../../profile/profile.js';
import { type Series, Unit } from '../../profile/series.js';
import { CallNodes } from './call-nodes.js';
import { GENERATOR } from './v8-profile.js';

/** How long one event of a count lasts in a format that knows only time. */
const COUNT_NS = 1e6;
const CHUNK = 65_536;

/**
 * Time of the first sample. Readers only use differences, as V8's clock has no fixed zero; but with 0 DevTools shows
 * nothing, and with microseconds since 1970 its arithmetic charges some of a function's time to its neighbours.
 */
const START_US = 1_000_000;

/**
 * Writes one event of a profile: CPU time if there is any, else wall time, else counts (1 ms each). A file holds
 * one thread, so that several follow each other on its time line, each under a node that names it. Time in which a
 * thread had no sample is `(idle)`; all else adds up to the samples' weight, to a microsecond a thread.
 *
 * A last `(idle)` sample of no length tells where the last real one ends. Without it speedscope drops that one, and
 * DevTools makes it as long as samples are on average, idle time included.
 */
export function* writeCpuprofile(profile: Profile): Generator<Uint8Array> {
  const shown = mainEvent(profile);
  const nodes = new CallNodes(profile);
  const timelines = shown.map((series) => {
    const name = shown.length > 1 ? threadName(profile, series) : '';
    return timelineOf(series, nodes.addThread(series, name), nodes.idle);
  });
  nodes.addIdleHits(idleHits(timelines));
  const encoder = new TextEncoder();
  for (const text of inChunks(pieces(nodes, timelines))) yield encoder.encode(text);
}

function* pieces(nodes: CallNodes, timelines: readonly Timeline[]): Generator<string> {
  const end = START_US + sum(timelines, ({ lengthUs }) => lengthUs);
  yield '{"nodes":[';
  yield* separated(nodes.json());
  yield `],"startTime":${START_US},"endTime":${end},"samples":[`;
  yield* separated(nodeIds(timelines, nodes.idle));
  yield '],"timeDeltas":[';
  yield* separated(deltas(timelines));
  yield `],"generator":${JSON.stringify(GENERATOR)}}`;
}

/** The series of the heaviest event of the most telling unit: the one that the report is about. */
function mainEvent(profile: Profile): readonly Series[] {
  for (const unit of [Unit.CpuNs, Unit.WallNs, Unit.Count]) {
    const ofUnit = profile.series.filter((series) => series.unit === unit && series.pending > 0);
    if (ofUnit.length === 0) continue;
    const weights = new Map<string, number>();
    for (const { event, totalWeight } of ofUnit) weights.set(event, (weights.get(event) ?? 0) + totalWeight);
    const [heaviest] = [...weights].reduce((most, each) => (each[1] > most[1] ? each : most));
    return ofUnit.filter(({ event }) => event === heaviest);
  }
  return [];
}

function threadName(profile: Profile, series: Series): string {
  const { columns } = profile.threads;
  const pid = profile.processes.columns.pid.data[columns.process.data[series.thread]];
  return `${profile.threads.name(series.thread)} (process ${pid}, thread ${columns.tid.data[series.thread]})`;
}

/** One thread's samples: node and start of each, microseconds from the thread's own zero. */
interface Timeline {
  readonly nodes: number[];
  readonly starts: number[];
  readonly lengthUs: number;
  /** Part of it without a sample. */
  readonly idleUs: number;
  readonly samples: number;
}

function timelineOf(series: Series, nodeOf: Uint32Array, idle: number): Timeline {
  const nodes: number[] = [];
  const starts: number[] = [];
  const add = (node: number, startNs: number) => {
    nodes.push(node);
    starts.push(Math.round(startNs / 1000));
  };
  const scale = series.unit === Unit.Count ? COUNT_NS : 1;
  // Gaps are only told by samples of CPU time; a wall sample lasts until the next, a count has no time.
  const withGaps = series.timed && series.unit === Unit.CpuNs;
  let idleNs = 0;
  let workNs = 0;
  for (let i = 0; i < series.pending; i++) {
    const weight = series.weights.data[i] * scale;
    const beginNs = series.times.data[i] * 1000 - weight;
    if (withGaps && beginNs - (idleNs + workNs) >= 1000) {
      add(idle, idleNs + workNs);
      // Whole microseconds, so that gaps do not change how the work is rounded.
      idleNs += Math.floor((beginNs - (idleNs + workNs)) / 1000) * 1000;
    }
    add(nodeOf[series.stacks.data[i]], idleNs + workNs);
    workNs += weight;
  }
  const lengthUs = Math.round((idleNs + workNs) / 1000);
  return { nodes, starts, lengthUs, idleUs: idleNs / 1000, samples: series.pending };
}

/** How many samples would have been taken in the gaps. */
function idleHits(timelines: readonly Timeline[]): number {
  const idleUs = sum(timelines, (timeline) => timeline.idleUs);
  const samples = sum(timelines, (timeline) => timeline.samples);
  const sampledUs = sum(timelines, ({ lengthUs }) => lengthUs) - idleUs;
  return sampledUs > 0 ? Math.round((idleUs * samples) / sampledUs) : 0;
}

function sum(timelines: readonly Timeline[], amount: (timeline: Timeline) => number): number {
  return timelines.reduce((total, timeline) => total + amount(timeline), 0);
}

function* nodeIds(timelines: readonly Timeline[], idle: number): Generator<string> {
  for (const { nodes } of timelines) for (const node of nodes) yield String(node);
  if (timelines.length > 0) yield String(idle);
}

/** From one sample to the next, across the threads. */
function* deltas(timelines: readonly Timeline[]): Generator<string> {
  let zero = 0;
  let last = 0;
  for (const { starts, lengthUs } of timelines) {
    for (const start of starts) {
      yield String(zero + start - last);
      last = zero + start;
    }
    zero += lengthUs;
  }
  if (timelines.length > 0) yield String(zero - last);
}

function* separated(items: Iterable<string>): Generator<string> {
  let first = true;
  for (const item of items) {
    yield first ? item : `,${item}`;
    first = false;
  }
}

function* inChunks(texts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

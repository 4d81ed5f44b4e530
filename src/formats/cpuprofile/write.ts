import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import type { WriteOptions } from '../format.js';
import { JsonOutput } from '../json/json-output.js';
import { mainEvent } from '../placed-samples.js';
import { CallNodes } from './call-nodes.js';
import { GENERATOR } from './generator.js';
import { AT_ONCE, idleHits, Timeline, totalOf } from './timeline.js';
import { writeHead } from './write-head.js';
import { writeNodes } from './write-nodes.js';

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
 *
 * `legacy` makes it the tree of before 2016: nodes within their callers, times instead of differences, start and end
 * in seconds.
 */
export function* writeCpuprofile(
  profile: Profile,
  { legacy = false }: WriteOptions = {},
): Generator<Uint8Array> {
  const shown = mainEvent(profile);
  const nodes = new CallNodes(profile);
  const timelines = shown.map((series) => {
    const name = shown.length > 1 ? threadName(profile, series) : '';
    return new Timeline(series, nodes.addThread(series, name), nodes.idle);
  });
  nodes.addIdleHits(idleHits(timelines));
  const endUs = START_US + totalOf(timelines, ({ lengthUs }) => lengthUs);
  const out = new JsonOutput();
  if (legacy) {
    out.ascii('{"typeId":"CPU","uid":1,"title":"Profile 1","head":');
    yield* writeHead(nodes, out);
    out.ascii(`,"startTime":${START_US / 1e6},"endTime":${endUs / 1e6},"samples":[`);
  } else {
    out.ascii('{"nodes":[');
    yield* writeNodes(nodes, out);
    out.ascii(`],"startTime":${START_US},"endTime":${endUs},"samples":[`);
  }
  yield* writeIds(timelines, nodes.idle, out);
  out.ascii(legacy ? '],"timestamps":[' : '],"timeDeltas":[');
  yield* writeTimes(timelines, legacy, out);
  out.ascii(`],"generator":${JSON.stringify(GENERATOR)}}`);
  yield out.take();
}

function threadName(profile: Profile, series: Series): string {
  const { columns } = profile.threads;
  const pid = profile.processes.columns.pid.data[columns.process.data[series.thread]];
  return `${profile.threads.name(series.thread)} (process ${pid}, thread ${columns.tid.data[series.thread]})`;
}

function* writeIds(timelines: readonly Timeline[], idle: number, out: JsonOutput): Generator<Uint8Array> {
  const values = new Float64Array(AT_ONCE + 1);
  for (const timeline of timelines) {
    const cursor = timeline.cursor();
    for (let count = timeline.nodes(cursor, values); count > 0; count = timeline.nodes(cursor, values)) {
      out.numbers(values, count);
      if (out.isFull) yield out.take();
    }
  }
  if (timelines.length > 0) out.number(idle);
}

/** From one sample to the next, across the threads; or their times themselves. */
function* writeTimes(
  timelines: readonly Timeline[],
  absolute: boolean,
  out: JsonOutput,
): Generator<Uint8Array> {
  const values = new Float64Array(AT_ONCE + 1);
  let zero = absolute ? START_US : 0;
  let last = 0;
  for (const timeline of timelines) {
    const cursor = timeline.cursor();
    for (let count = timeline.starts(cursor, values); count > 0; count = timeline.starts(cursor, values)) {
      last = absolute ? shift(values, count, zero) : differences(values, count, last - zero) + zero;
      out.numbers(values, count);
      if (out.isFull) yield out.take();
    }
    zero += timeline.lengthUs;
  }
  if (timelines.length > 0) out.number(absolute ? zero : zero - last);
}

/** Adds `by` to each; returns the last one. */
function shift(values: Float64Array, count: number, by: number): number {
  for (let i = 0; i < count; i++) values[i] += by;
  return values[count - 1];
}

/** Puts the difference to the one before it in place of each; returns the last one as it was. */
function differences(values: Float64Array, count: number, before: number): number {
  let last = before;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    values[i] = value - last;
    last = value;
  }
  return last;
}

import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import type { ScriptId } from '../../profile/scripts.js';
import { Unit } from '../../profile/series.js';
import { NodeList } from '../cpuprofile/node-list.js';
import { OpenSample } from '../cpuprofile/open-sample.js';
import { V8Stacks } from '../cpuprofile/v8-stacks.js';
import { time } from '../cpuprofile/values.js';
import type { ProfilePart, TraceEvent } from './event.js';
import type { TraceThreads } from './threads.js';

/** One of V8's profiles, put together from its parts. */
class SampledProfile {
  readonly nodes = new NodeList();
  readonly samples: number[] = [];
  readonly timeDeltas: number[] = [];
  readonly lines: number[] = [];
  startTime: number | undefined;
  endTime: number | undefined;

  constructor(
    readonly pid: number,
    /** The thread that was sampled; the parts come from V8's sampler's own. */
    public tid: number,
    readonly source: string,
  ) {}

  add(part: ProfilePart): void {
    for (const node of part.nodes) this.nodes.add(...node);
    for (const sample of part.samples) this.samples.push(sample);
    for (const delta of part.timeDeltas) this.timeDeltas.push(delta);
    for (const line of part.lines) this.lines.push(line);
    this.startTime ??= part.startTime;
    this.endTime = part.endTime ?? this.endTime;
  }
}

/** V8's sampling as its tracing tells it: `Profile` begins one, each `ProfileChunk` brings nodes and samples. */
export class SampledProfiles {
  private readonly profiles = new Map<string, SampledProfile>();
  /** Why some are not read: a trace that is kept in a ring has lost their beginning. */
  broken: string | undefined;

  get length(): number {
    return this.profiles.size;
  }

  /** Takes a `Profile`, a `ProfileChunk` or, of older files, a whole `CpuProfile`. */
  add({ pid, tid, id, args }: TraceEvent, isBeginning: boolean): void {
    if (args.profile === undefined) return;
    const key = `${pid} ${id}`;
    const profile = this.profiles.get(key) ?? new SampledProfile(pid, tid, args.profile.source);
    if (isBeginning) profile.tid = tid;
    this.profiles.set(key, profile);
    try {
      profile.add(args.profile);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.broken = error.message;
      this.profiles.delete(key);
    }
  }

  /** The earliest of their beginnings. */
  get start(): number {
    return [...this.profiles.values()].reduce(
      (least, { startTime }) => Math.min(least, startTime ?? least),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Adds the samples; times in microseconds from `zero`. */
  addTo(profile: Profile, threads: TraceThreads, zero: number): void {
    const scripts = new Map<number, Map<string, ScriptId[]>>();
    const events = new EventNames();
    const inOrder = [...this.profiles.values()].sort((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0));
    for (const each of inOrder) {
      try {
        const known = scripts.get(each.pid) ?? new Map<string, ScriptId[]>();
        scripts.set(each.pid, known);
        addSamples(each, profile, threads, zero, new V8Stacks(profile, known), events);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        this.broken = error.message;
      }
    }
  }
}

function addSamples(
  sampled: SampledProfile,
  profile: Profile,
  threads: TraceThreads,
  zero: number,
  stacks: V8Stacks,
  events: EventNames,
): void {
  const { samples, timeDeltas, lines, startTime = 0 } = sampled;
  if (samples.length === 0) return;
  if (timeDeltas.length !== samples.length) {
    throw new Malformed(`timeDeltas has ${timeDeltas.length} entries for ${samples.length} samples`);
  }
  const { nodes, places } = sampled.nodes.callersFirst();
  stacks.load(nodes, 'v8');
  const times = new Float64Array(samples.length);
  let now = startTime;
  for (let i = 0; i < times.length; i++) {
    now = time(now + timeDeltas[i], `timeDeltas[${i}]`, timeDeltas[i]);
    times[i] = now;
  }
  const order = Uint32Array.from(times.keys()).sort((a, b) => times[a] - times[b] || a - b);
  const last = times[order[order.length - 1]];
  const thread = threads.threadOf(sampled.pid, sampled.tid);
  const series = profile.addSeries(
    thread,
    events.nameOf(thread, startTime, Math.max(last, sampled.endTime ?? 0)),
    Unit.WallNs,
  );
  const open = new OpenSample(series, zero);
  const stackIds = Uint32Array.from(order, (i) => {
    const place = places.get(samples[i]);
    if (place === undefined)
      throw new Malformed(`samples[${i}] names node ${samples[i]}, which is not there`);
    return stacks.stackOf(place, lineOf(lines[i]));
  });
  open.run(
    Float64Array.from(order, (i) => times[i]),
    stackIds,
    order.length,
  );
  open.finish(Math.max(last, sampled.endTime ?? last));
}

/** Not all versions tell lines, and not of every sample. */
function lineOf(line: number | undefined): number {
  return line !== undefined && Number.isInteger(line) && line > 0 && line <= 0xffffffff ? line : 0;
}

/**
 * Events of series: a thread that was profiled twice at a time (`node --cpu-prof` under tracing) has the same time in
 * both, so they may not be added up.
 */
class EventNames {
  private readonly ends = new Map<number, number[]>();

  nameOf(thread: number, start: number, end: number): string {
    const ends = this.ends.get(thread) ?? [];
    this.ends.set(thread, ends);
    const free = ends.findIndex((each) => each <= start);
    const at = free < 0 ? ends.length : free;
    ends[at] = end;
    return at === 0 ? 'v8' : `v8 (${at + 1})`;
  }
}

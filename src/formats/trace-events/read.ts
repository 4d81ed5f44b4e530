import { UserError } from '../../profile/errors.js';
import { LIMITS } from '../../profile/limits.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { SLICES, Unit } from '../../profile/series.js';
import type { ReadOptions, Source } from '../format.js';
import { readJson } from '../json/read-json.js';
import type { Ending } from '../json/scanner.js';
import type { Shape } from '../json/shape.js';
import { Texts } from '../json/texts.js';
import type { TraceEvent } from './event.js';
import { eventShape } from './event-shape.js';
import { SliceLabels } from './labels.js';
import { TraceOperations } from './operations.js';
import { SampledProfiles } from './sampled.js';
import { ThreadSlices, type Unbalanced } from './slices.js';
import { FrameSamples } from './stack-frames.js';
import { TraceThreads } from './threads.js';

/** Fills `profile` with the threads of a trace: their slices, V8's samples, and asynchronous events as operations. */
export async function readTraceEvents(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  try {
    const texts = new Texts();
    const trace = new Trace(profile, texts);
    const ending = await readJson(source, trace.shape, texts);
    profile.info.engine = 'trace-events';
    await trace.fill(options);
    noteEnding(profile, source.name, ending);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new UserError(
      'TRACE_MALFORMED',
      `${source.name}: this trace cannot be read: ${error.message}; record it again.`,
    );
  }
}

class Trace {
  readonly shape: Shape;
  private readonly threads: TraceThreads;
  private readonly labels: SliceLabels;
  private readonly slices = new Map<string, { pid: number; tid: number; slices: ThreadSlices }>();
  private readonly sampled = new SampledProfiles();
  private readonly samples: FrameSamples;
  private readonly operations: TraceOperations;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private events = 0;

  constructor(
    private readonly profile: Profile,
    private readonly texts: Texts,
  ) {
    this.threads = new TraceThreads(profile, texts);
    this.labels = new SliceLabels(profile, texts);
    this.samples = new FrameSamples(texts);
    this.operations = new TraceOperations(texts);
    const items = eventShape(texts, (event) => this.take(event));
    // A list of events, or an object with one.
    this.shape = {
      items,
      fields: {
        traceEvents: { items },
        stackFrames: this.samples.framesShape,
        samples: this.samples.samplesShape,
      },
    };
  }

  async fill({ onBatch }: ReadOptions): Promise<void> {
    const { profile, threads } = this;
    const zero = Math.min(this.first, this.sampled.start, this.samples.start);
    if (this.last > zero) profile.info.durationUs = Math.round(this.last - zero);
    this.sampled.addTo(profile, threads, zero);
    this.samples.addTo(profile, threads, zero);
    this.operations.addTo(profile, threads, zero);
    const unbalanced: Unbalanced = { ends: 0, begins: 0, overlaps: 0 };
    for (const { pid, tid, slices } of this.slices.values()) {
      const series = profile.addSeries(threads.threadOf(pid, tid), SLICES, Unit.WallNs);
      slices.addTo(series, zero, profile.stacks, this.labels, unbalanced);
      await onBatch?.(profile);
    }
    this.note(unbalanced);
  }

  private take(event: TraceEvent): void {
    const phase = this.texts.get(event.phase);
    if (phase === 'M') {
      this.threads.describe(event);
      return;
    }
    const { ts } = event;
    if (!(Math.abs(ts) <= Number.MAX_SAFE_INTEGER)) return;
    this.first = Math.min(this.first, ts);
    this.last = Math.max(this.last, ts + (event.dur || 0));
    if (++this.events > LIMITS.samples) throw new Malformed(`it has more than ${LIMITS.samples} events`);
    const name = event.args.profile && this.texts.get(event.name);
    if (name === 'Profile' || name === 'CpuProfile') this.sampled.add(event, true);
    else if (name === 'ProfileChunk') this.sampled.add(event, false);
    else this.takePhase(phase, event);
  }

  private takePhase(phase: string, event: TraceEvent): void {
    switch (phase) {
      case 'B':
        this.slicesOf(event).begin(event.ts, this.labelOf(event));
        break;
      case 'E':
        this.slicesOf(event).end(event.ts, this.labelOf(event));
        break;
      case 'X':
        if (event.dur >= 0 && event.dur <= Number.MAX_SAFE_INTEGER) {
          this.slicesOf(event).complete(event.ts, event.dur, this.labelOf(event));
        }
        break;
      case 'b':
      case 'S':
        if (this.isCallback(event)) this.slicesOf(event).begin(event.ts, this.labelOf(event));
        else this.operations.begin(event);
        break;
      case 'e':
      case 'F':
        if (this.isCallback(event)) this.slicesOf(event).end(event.ts, this.labelOf(event));
        else this.operations.end(event);
        break;
      case 'n':
        this.operations.instant(event);
    }
  }

  /** Node up to 22 tells callbacks, in which the thread works, like the resources whose they are. */
  private isCallback({ category, name }: TraceEvent): boolean {
    return (
      this.texts.get(category).includes('node.async_hooks') && this.texts.get(name).endsWith('_CALLBACK')
    );
  }

  private slicesOf({ pid, tid }: TraceEvent): ThreadSlices {
    const key = `${pid} ${tid}`;
    const known = this.slices.get(key);
    if (known !== undefined) return known.slices;
    const slices = new ThreadSlices();
    this.slices.set(key, { pid, tid, slices });
    return slices;
  }

  private labelOf({ name, category, args }: TraceEvent): number {
    const file = args.file === '' ? 0 : this.texts.idOf(args.file);
    return this.labels.intern(name, category, file, args.line, args.column);
  }

  private note({ ends, begins, overlaps }: Unbalanced): void {
    const { quality } = this.profile;
    if (ends + begins + overlaps > 0) {
      quality.note(
        'TRACE_UNBALANCED',
        `Of the slices ${begins} have no end and last to their thread's last event, ${ends} have no beginning and were left out, ${overlaps} end after those they are in and were cut there.`,
      );
    }
    if (this.sampled.broken !== undefined) {
      quality.note(
        'TRACE_PROFILE_BROKEN',
        `A V8 profile in the trace was left out: ${this.sampled.broken}.`,
        'Record again with a larger buffer.',
      );
    }
  }
}

/** A bare list need not be closed: the format says so, since programs that crash leave theirs open. */
function noteEnding(profile: Profile, name: string, ending: Ending): void {
  if (ending !== 'cut') return;
  profile.quality.note('TRACE_CUT', `${name} ends within an event: what came before it was read.`);
}

import { FrameKind } from '../../profile/frames.js';
import { MARKER_NAMES } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import { type Series, UNIT_NAMES, Unit } from '../../profile/series.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { ROLE_NAMES } from '../../profile/threads.js';
import { JsonOutput } from '../json/json-output.js';
import { libraryLabel } from '../library-label.js';
import { mainEvent, SamplePlaces } from '../placed-samples.js';

const COMMA = 0x2c;

/** speedscope's words for the model's units. */
const UNITS: Record<Unit, string> = {
  [Unit.CpuNs]: 'nanoseconds',
  [Unit.WallNs]: 'nanoseconds',
  [Unit.Bytes]: 'bytes',
  [Unit.Count]: 'none',
};

/**
 * Writes each series as a profile of samples. What is between the samples of a thread, and time in which it waited,
 * is samples without a stack, which speedscope shows as nothing.
 */
export function* writeSpeedscope(profile: Profile): Generator<Uint8Array> {
  const out = new JsonOutput();
  const frames = new FrameList(profile);
  const series = profile.series.filter(({ pending }) => pending > 0);
  const [main] = mainEvent(profile);
  const name = profile.info.command ?? (profile.processes.length > 0 ? profile.processes.command(0) : '');
  out.ascii(
    '{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"stackscope","name":',
  );
  out.text(name || 'recording');
  out.ascii(`,"activeProfileIndex":${Math.max(0, series.indexOf(main))},"profiles":[`);
  for (const [index, each] of series.entries()) {
    if (index > 0) out.byte(COMMA);
    yield* writeSeries(profile, each, frames, out);
  }
  out.ascii('],"shared":{"frames":[');
  for (let i = 0; i < frames.length; i++) {
    if (i > 0) out.byte(COMMA);
    frames.write(i, out);
    if (out.isFull) yield out.take();
  }
  out.ascii(']}}');
  yield out.take();
}

function* writeSeries(
  profile: Profile,
  series: Series,
  frames: FrameList,
  out: JsonOutput,
): Generator<Uint8Array> {
  const { begin, stacks, lengths, hasIdle } = timelineOf(profile, series);
  out.raw(
    `{"type":"sampled","name":${JSON.stringify(seriesName(profile, series))},"unit":"${UNITS[series.unit]}"`,
  );
  out.ascii(',"startValue":');
  out.number(begin);
  out.ascii(',"endValue":');
  out.number(lengths.reduce((sum, length) => sum + length, begin));
  out.raw(`,"stackscope":${ownNotes(profile, series, hasIdle)},"samples":[`);
  const paths = new Paths(profile, frames);
  for (let i = 0; i < stacks.length; i++) {
    if (i > 0) out.byte(COMMA);
    out.piece(paths.of(stacks[i]));
    if (out.isFull) yield out.take();
  }
  out.ascii('],"weights":[');
  for (let i = 0; i < lengths.length; i++) {
    if (i > 0) out.byte(COMMA);
    out.number(lengths[i]);
    if (out.isFull) yield out.take();
  }
  out.ascii(']}');
}

/** In place of a stack: nothing ran. */
const NOTHING = 0xffffffff;

interface Timeline {
  /** Of the first sample. */
  readonly begin: number;
  /** Samples, and `NOTHING` for what is between them. */
  readonly stacks: Uint32Array;
  readonly lengths: Float64Array;
  /** Whether some samples are of time in which the thread waited; they are `NOTHING` too. */
  readonly hasIdle: boolean;
}

function timelineOf(profile: Profile, series: Series): Timeline {
  const { unit, pending } = series;
  if (unit === Unit.Bytes || unit === Unit.Count) {
    const stacks = series.stacks.data.subarray(0, pending);
    return { begin: 0, stacks, lengths: series.weights.data.subarray(0, pending), hasIdle: false };
  }
  const stacks = new Uint32Array(pending * 2);
  const lengths = new Float64Array(pending * 2);
  const isIdle = idleStacks(profile);
  let count = 0;
  let begin = 0;
  let at = 0;
  let hasIdle = false;
  const places = new SamplePlaces(series);
  for (let i = 0; i < pending; i++) {
    const stack = series.stacks.data[i];
    const gap = places.gapBefore(i, at);
    if (i === 0) begin = gap;
    else if (gap > 0) {
      stacks[count] = NOTHING;
      lengths[count++] = gap;
    }
    hasIdle ||= isIdle[stack] === 1;
    stacks[count] = isIdle[stack] === 1 ? NOTHING : stack;
    lengths[count++] = places.lengthOf(i);
    at += gap + places.lengthOf(i);
  }
  return { begin, stacks: stacks.subarray(0, count), lengths: lengths.subarray(0, count), hasIdle };
}

function idleStacks({ stacks, frames }: Profile): Uint8Array {
  const isIdle = new Uint8Array(stacks.length);
  for (let stack = 1; stack < stacks.length; stack++) {
    isIdle[stack] = frames.kind(stacks.columns.frame.data[stack]) === FrameKind.Idle ? 1 : 0;
  }
  return isIdle;
}

function seriesName(profile: Profile, { thread, event }: Series): string {
  const { columns } = profile.threads;
  const pid = profile.processes.columns.pid.data[columns.process.data[thread]];
  const role = ROLE_NAMES[columns.role.data[thread]];
  const name = profile.threads.name(thread) || (role === 'other' ? 'thread' : role);
  return `${name} (pid ${pid}, tid ${columns.tid.data[thread]}) ${event}`.trimEnd();
}

/** As `OwnNotes` says. */
function ownNotes(profile: Profile, { thread, event, unit, timed }: Series, idle: boolean): string {
  const { columns } = profile.threads;
  const process = columns.process.data[thread];
  return JSON.stringify({
    event,
    unit: UNIT_NAMES[unit],
    timed,
    idle,
    command: profile.processes.command(process),
    pid: profile.processes.columns.pid.data[process],
    tid: columns.tid.data[thread],
    thread: profile.threads.name(thread),
    role: ROLE_NAMES[columns.role.data[thread]],
  });
}

/** The frames that were used: functions and markers, whatever line was executing. */
class FrameList {
  /** By function: its index plus one. */
  private readonly ofFunction: Uint32Array;
  private readonly ofMarker = new Map<FrameKind, number>();
  private readonly texts: string[] = [];
  private unknownIndex: number | undefined;

  constructor(private readonly profile: Profile) {
    this.ofFunction = new Uint32Array(profile.functions.length);
  }

  get length(): number {
    return this.texts.length;
  }

  /** Of samples whose stack is not known: they are no pause. */
  get unknown(): number {
    this.unknownIndex ??= this.texts.push(JSON.stringify({ name: libraryLabel('') })) - 1;
    return this.unknownIndex;
  }

  indexOf(frame: number): number {
    const { frames } = this.profile;
    const kind = frames.kind(frame);
    if (kind === FrameKind.Call) {
      const func = frames.func(frame);
      this.ofFunction[func] ||= this.texts.push(this.functionJson(func));
      return this.ofFunction[func] - 1;
    }
    const index =
      this.ofMarker.get(kind) ?? this.texts.push(JSON.stringify({ name: MARKER_NAMES[kind] })) - 1;
    this.ofMarker.set(kind, index);
    return index;
  }

  write(index: number, out: JsonOutput): void {
    out.raw(this.texts[index]);
  }

  private functionJson(func: number): string {
    const { functions, scripts, mappings } = this.profile;
    const { script, mapping, line, column } = functions.columns;
    const inScript = script.data[func] !== 0;
    const file = inScript ? scripts.url(script.data[func]) : mappings.path(mapping.data[func]);
    return JSON.stringify({
      name: functions.name(func) || (inScript ? '(anonymous)' : libraryLabel(file)),
      ...(file !== '' && { file }),
      ...(line.data[func] > 0 && { line: line.data[func] }),
      ...(column.data[func] > 0 && { col: column.data[func] }),
    });
  }
}

/** Stacks whose bytes are kept to be written again. */
const MOST_KEPT = 65_536;

/** Stacks as lists of frames, outermost first. */
class Paths {
  private readonly kept = new Map<StackId, Uint8Array>();
  private readonly scratch = new JsonOutput();

  constructor(
    private readonly profile: Profile,
    private readonly frames: FrameList,
  ) {}

  of(stack: StackId): Uint8Array {
    const known = this.kept.get(stack);
    if (known !== undefined) return known;
    const bytes = this.write(stack);
    if (this.kept.size < MOST_KEPT) this.kept.set(stack, bytes);
    return bytes;
  }

  private write(stack: StackId): Uint8Array {
    const { parent, frame } = this.profile.stacks.columns;
    const path: number[] = stack === ROOT ? [this.frames.unknown] : [];
    for (let at = stack === NOTHING ? ROOT : stack; at !== ROOT; at = parent.data[at])
      path.push(this.frames.indexOf(frame.data[at]));
    this.scratch.ascii('[');
    for (let i = path.length - 1; i >= 0; i--) {
      this.scratch.number(path[i]);
      if (i > 0) this.scratch.byte(COMMA);
    }
    this.scratch.ascii(']');
    return this.scratch.copy();
  }
}

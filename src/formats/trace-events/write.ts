import { FrameKind } from '../../profile/frames.js';
import { LAYER_NAMES, Layer } from '../../profile/layers.js';
import { MARKER_NAMES } from '../../profile/marker-frames.js';
import type { Profile } from '../../profile/profile.js';
import type { Series } from '../../profile/series.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import { ROLE_NAMES, type ThreadId } from '../../profile/threads.js';
import { JsonOutput } from '../json/json-output.js';
import { libraryLabel } from '../library-label.js';
import { mainEvent, SamplePlaces } from '../placed-samples.js';
import { writeOperations } from './write-operations.js';

/**
 * Writes one event of a profile (CPU time if there is any, else wall time, else counts, 1 ms each) as slices: a
 * function begins where its first sample does and ends where the last one in a row ends. Categories are layers.
 */
export function* writeTraceEvents(profile: Profile): Generator<Uint8Array> {
  const out = new JsonOutput();
  const shown = mainEvent(profile);
  const { columns } = profile.operations;
  const threads = new Set([
    ...shown.map(({ thread }) => thread),
    ...columns.thread.data.subarray(0, columns.thread.length),
  ]);
  // Viewers count from the earliest event, which is the recording's start only when there is one.
  out.ascii(
    '{"displayTimeUnit":"ms","traceEvents":[\n{"ph":"I","s":"g","cat":"","name":"recording starts","pid":',
  );
  out.ascii(`${pidOf(profile, [...threads][0] ?? 0)},"tid":0,"ts":0}`);
  writeMetadata(profile, threads, out);
  const slices = new SliceEvents(profile);
  for (const series of shown) yield* writeSlices(profile, series, slices, out);
  yield* writeOperations(profile, out);
  out.ascii('\n]}\n');
  yield out.take();
}

const METADATA = { ph: 'M', cat: '__metadata', ts: 0 };

function writeMetadata(profile: Profile, threads: Iterable<ThreadId>, out: JsonOutput): void {
  const { columns } = profile.threads;
  const named = new Set<number>();
  for (const thread of threads) {
    const process = columns.process.data[thread];
    const pid = pidOf(profile, thread);
    if (!named.has(process)) {
      const name = profile.processes.command(process);
      const node = profile.processes.nodeVersion(process);
      out.raw(`,\n${JSON.stringify({ ...METADATA, name: 'process_name', pid, tid: 0, args: { name } })}`);
      if (node !== '')
        out.raw(`,\n${JSON.stringify({ ...METADATA, name: 'version', pid, tid: 0, args: { node } })}`);
      named.add(process);
    }
    const role = ROLE_NAMES[columns.role.data[thread]];
    const name = profile.threads.name(thread) || role;
    const tid = columns.tid.data[thread];
    out.raw(`,\n${JSON.stringify({ ...METADATA, name: 'thread_name', pid, tid, args: { name, role } })}`);
  }
}

function pidOf(profile: Profile, thread: ThreadId): number {
  return profile.processes.columns.pid.data[profile.threads.columns.process.data[thread]] ?? 0;
}

function* writeSlices(
  profile: Profile,
  series: Series,
  slices: SliceEvents,
  out: JsonOutput,
): Generator<Uint8Array> {
  const tid = profile.threads.columns.tid.data[series.thread];
  const owner = `"pid":${pidOf(profile, series.thread)},"tid":${tid},"ts":`;
  const open = new OpenStack(profile);
  const changes = changesOf(profile, series);
  for (let i = 0; i < changes.count; i++) {
    const ns = changes.times[i];
    open.change(
      changes.stacks[i],
      (frame) => {
        out.piece(slices.end(frame));
        out.ascii(owner);
        out.thousandths(ns);
        out.ascii('}');
      },
      (frame) => {
        out.piece(slices.begin(frame));
        out.ascii(owner);
        out.thousandths(ns);
        out.ascii('}');
      },
    );
    if (out.isFull) yield out.take();
  }
}

/** When which stack began, in ns; `ROOT` where nothing ran, the one after the last where it is not known what ran. */
function changesOf(
  profile: Profile,
  series: Series,
): { count: number; times: Float64Array; stacks: Uint32Array } {
  const { frames, stacks } = profile;
  const times = new Float64Array(series.pending * 2 + 1);
  const changed = new Uint32Array(series.pending * 2 + 1);
  let count = 0;
  let at = 0;
  const change = (time: number, stack: StackId) => {
    const ns = Math.round(time);
    // What lasts for no time would begin and end at once, which viewers may put into the wrong order.
    if (count > 0 && times[count - 1] === ns) count--;
    times[count] = ns;
    changed[count++] = stack;
  };
  const places = new SamplePlaces(series);
  for (let i = 0; i < series.pending; i++) {
    const stack = series.stacks.data[i];
    const gap = places.gapBefore(i, at);
    if (gap > 0) change(at, ROOT);
    at += gap;
    const isIdle = stack !== ROOT && frames.kind(stacks.columns.frame.data[stack]) === FrameKind.Idle;
    change(at, isIdle ? ROOT : stack === ROOT ? stacks.length : stack);
    at += places.lengthOf(i);
  }
  change(at, ROOT);
  return { count, times, stacks: changed };
}

/** The frames that are open, to tell which end and which begin when another stack runs. */
class OpenStack {
  private current: StackId = ROOT;
  private readonly parents: Uint32Array;
  private readonly frames: Uint32Array;
  private readonly depths: Uint32Array;

  constructor({ stacks, frames }: Profile) {
    const { length } = stacks;
    // After the last one: what ran without a stack that is known.
    this.parents = new Uint32Array(length + 1);
    this.frames = new Uint32Array(length + 1);
    this.depths = new Uint32Array(length + 1);
    this.parents.set(stacks.columns.parent.data.subarray(0, length));
    this.frames.set(stacks.columns.frame.data.subarray(0, length));
    this.frames[length] = frames.length;
    for (let stack = 1; stack <= length; stack++) this.depths[stack] = this.depths[this.parents[stack]] + 1;
  }

  /** Calls `end` for each frame that is no longer open and `begin` for each new one, outermost first. */
  change(stack: StackId, end: (frame: number) => void, begin: (frame: number) => void): void {
    const { parents, frames, depths } = this;
    const opening: number[] = [];
    let from = this.current;
    let to = stack;
    while (from !== to) {
      if (depths[from] >= depths[to]) {
        end(frames[from]);
        from = parents[from];
      } else {
        opening.push(frames[to]);
        to = parents[to];
      }
    }
    for (let i = opening.length - 1; i >= 0; i--) begin(opening[i]);
    this.current = stack;
  }
}

/**
 * The events that begin and end a slice of each frame, up to their thread and time, as bytes: they are the same each
 * time. The end has a name and a category too, which DevTools insists on.
 */
class SliceEvents {
  private readonly begins: (Uint8Array | undefined)[] = [];
  private readonly ends: (Uint8Array | undefined)[] = [];
  private readonly encoder = new TextEncoder();

  constructor(private readonly profile: Profile) {}

  begin(frame: number): Uint8Array {
    // With arguments always: speedscope takes an end for that of a slice that begins then, if they look the same.
    this.begins[frame] ??= this.bytes({ ph: 'B', args: {}, ...this.slice(frame) });
    return this.begins[frame];
  }

  end(frame: number): Uint8Array {
    this.ends[frame] ??= this.bytes({ ph: 'E', ...this.slice(frame), args: undefined });
    return this.ends[frame];
  }

  private bytes(event: object): Uint8Array {
    return this.encoder.encode(`,\n${JSON.stringify(event).slice(0, -1)},`);
  }

  private slice(frame: number): { name: string; cat: string; args?: object } {
    const { frames, functions, scripts, mappings } = this.profile;
    const unknown = LAYER_NAMES[Layer.Unknown];
    if (frame === frames.length) return { name: libraryLabel(''), cat: unknown };
    const kind = frames.kind(frame);
    if (kind !== FrameKind.Call) return { name: MARKER_NAMES[kind], cat: unknown };
    const func = frames.func(frame);
    const { script, mapping, line, column } = functions.columns;
    const inScript = script.data[func] !== 0;
    const file = inScript ? scripts.url(script.data[func]) : mappings.path(mapping.data[func]);
    const args = {
      ...(file !== '' && { file }),
      ...(line.data[func] > 0 && { line: line.data[func] }),
      ...(column.data[func] > 0 && { column: column.data[func] }),
    };
    return {
      name: functions.name(func) || (inScript ? '(anonymous)' : libraryLabel(file)),
      cat: LAYER_NAMES[functions.layer(func)],
      ...(Object.keys(args).length > 0 && { args }),
    };
  }
}

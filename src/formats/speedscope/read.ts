import { UserError } from '../../profile/errors.js';
import { CALL_FRAME, type FrameId, FrameKind } from '../../profile/frames.js';
import { Malformed } from '../../profile/malformed.js';
import { internMarkerFrame } from '../../profile/marker-frames.js';
import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import { Unit } from '../../profile/series.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import type { ThreadId } from '../../profile/threads.js';
import type { ReadOptions, Source } from '../format.js';
import { readJson } from '../json/read-json.js';
import { Texts } from '../json/texts.js';
import { MARKER_KINDS } from '../markers.js';
import { internNamed, type NamedFunction } from '../named-function.js';
import { SpeedscopeFile } from './file-shape.js';
import type { ThreadProfile } from './thread-profile.js';

/** Nanoseconds of each unit of time. */
const NS_OF: ReadonlyMap<string, number> = new Map([
  ['nanoseconds', 1],
  ['microseconds', 1e3],
  ['milliseconds', 1e6],
  ['seconds', 1e9],
]);

/** The model's times are doubles in microseconds. */
const MAX_NS = Number.MAX_SAFE_INTEGER * 1000;

/** Fills `profile` with a thread for each of the file's profiles. */
export async function readSpeedscope(source: Source, profile: Profile, options: ReadOptions): Promise<void> {
  try {
    const texts = new Texts();
    const file = new SpeedscopeFile(texts);
    const ending = await readJson(source, file.shape, texts);
    if (ending !== 'whole') throw new Malformed('it ends before its end');
    profile.info.engine = 'speedscope';
    const filling = new Filling(file, profile);
    for (const thread of file.profiles) {
      filling.addThread(thread);
      await options.onBatch?.(profile);
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new UserError(
      'SPEEDSCOPE_MALFORMED',
      `${source.name}: this speedscope file cannot be read: ${error.message}; export it again.`,
    );
  }
}

class Filling {
  private readonly stacks: Uint32Array;
  /** The recording's start in ns on the file's clock; ours begins with it. */
  private readonly zeroNs: number;
  private readonly processes = new Map<string, ProcessId>();
  private readonly threads = new Map<string, ThreadId>();

  constructor(
    private readonly file: SpeedscopeFile,
    private readonly profile: Profile,
  ) {
    this.stacks = stacksOf(file, profile);
    this.zeroNs = Number.POSITIVE_INFINITY;
    for (const { unit, startValue, own } of file.profiles) {
      const scale = own === undefined ? NS_OF.get(unit) : 0;
      if (scale !== undefined) this.zeroNs = Math.min(this.zeroNs, (startValue || 0) * scale);
    }
  }

  addThread(thread: ThreadProfile): void {
    const { unit, own, stacks, lengths, startValue } = thread;
    const scale = NS_OF.get(unit);
    const modelUnit =
      own?.unit ?? (scale !== undefined ? Unit.WallNs : unit === 'bytes' ? Unit.Bytes : Unit.Count);
    const timed = scale !== undefined && own?.timed !== false;
    const series = this.profile.addSeries(
      this.threadOf(thread),
      own?.event ?? 'speedscope',
      modelUnit,
      timed,
    );
    const idle = own?.idle === true ? this.idleStack() : ROOT;
    let at = timed ? (startValue || 0) * scale - this.zeroNs : 0;
    for (let i = 0; i < stacks.length; i++) {
      const length = lengths.data[i] * (scale ?? 1);
      const begin = at;
      at += length;
      const stack = stacks.data[i] === ROOT ? idle : this.stacks[stacks.data[i]];
      if (stack === ROOT) continue;
      if (!(Math.abs(at) < MAX_NS)) throw new Malformed(`profile '${thread.name.slice(0, 40)}' is too long`);
      // A CPU sample is of the time before it, a wall sample of that after it.
      const time = modelUnit === Unit.CpuNs ? at : begin;
      series.add(timed ? Math.round(time / 1000) : 0, stack, length);
    }
    const { info } = this.profile;
    if (timed) info.durationUs = Math.max(info.durationUs, Math.round(at / 1000));
  }

  private idleStack(): StackId {
    return this.profile.stacks.intern(ROOT, internMarkerFrame(this.profile, FrameKind.Idle));
  }

  private threadOf(thread: ThreadProfile): ThreadId {
    const { profile, file, processes, threads } = this;
    const own = thread.own ?? {
      ...idsIn(thread.name, this.threads.size),
      thread: thread.name,
      command: file.name,
      role: 0,
    };
    const processKey = `${own.pid} ${own.command}`;
    const process =
      processes.get(processKey) ??
      profile.processes.add({ pid: own.pid, parent: NO_PROCESS, start: 0, command: own.command });
    processes.set(processKey, process);
    const key = `${processKey} ${own.tid}`;
    const known = threads.get(key);
    if (known !== undefined) return known;
    const id = profile.threads.add(process, own.tid, own.thread, 0);
    profile.threads.columns.role.data[id] = own.role;
    threads.set(key, id);
    return id;
  }
}

/** Importers of speedscope put the ids into the names; where none are told threads are numbered from 1. */
function idsIn(name: string, before: number): { pid: number; tid: number } {
  const id = (which: string) => Number(new RegExp(`\\b${which}:? (\\d{1,9})\\b`).exec(name)?.[1]);
  return { pid: id('pid') || 0, tid: id('tid') || before + 1 };
}

/** The file's stacks in the profile. Callers come first. */
function stacksOf({ tree, frames }: SpeedscopeFile, profile: Profile): Uint32Array {
  const ids = frames.map((frame) => internFrame(profile, frame));
  const { parent, frame } = tree.columns;
  const stacks = new Uint32Array(tree.length);
  for (let node = 1; node < tree.length; node++) {
    const id = ids[frame.data[node]];
    if (id === undefined) throw new Malformed(`a stack names frame ${frame.data[node]} of ${ids.length}`);
    stacks[node] = profile.stacks.intern(stacks[parent.data[node]], id);
  }
  return stacks;
}

function internFrame(profile: Profile, frame: NamedFunction): FrameId {
  const marker = frame.file === '' ? MARKER_KINDS.get(frame.name) : undefined;
  if (marker !== undefined) return internMarkerFrame(profile, marker);
  return profile.frames.intern({ ...CALL_FRAME, func: internNamed(profile, frame) });
}

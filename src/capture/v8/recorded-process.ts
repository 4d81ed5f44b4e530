import { existsSync, readFileSync } from 'node:fs';
import { parseV8Profile, type V8Profile } from '../../formats/cpuprofile/v8-profile.js';
import { type V8Samples, v8Samples } from '../../formats/cpuprofile/v8-series.js';
import { V8Stacks } from '../../formats/cpuprofile/v8-stacks.js';
import { FrameKind } from '../../profile/frames.js';
import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import type { ScriptId } from '../../profile/scripts.js';
import { type Series, Unit } from '../../profile/series.js';
import { ROOT, type StackId } from '../../profile/stacks.js';
import type { TaskRows } from '../../profile/task-rows.js';
import { type ThreadId, ThreadRole } from '../../profile/threads.js';
import { type ThreadClocks, type ThreadTimes, timesAt } from '../thread-clocks.js';
import type { AgentRecord } from './agent-protocol.js';
import { CpuShares, type SampleTimes } from './cpu-shares.js';

type RecordOf<Kind extends AgentRecord['kind']> = Extract<AgentRecord, { kind: Kind }>;

/** What all processes of one recording share. */
export interface Recording {
  readonly profile: Profile;
  /** Time 0 on CLOCK_MONOTONIC, in microseconds. */
  zeroUs: number;
  /** See `V8Stacks`. */
  readonly scripts: Map<string, ScriptId[]>;
  readonly ownScripts: readonly string[];
  /** The kernel's account of the threads. */
  readonly clocks: ThreadClocks;
  /** Another engine may tell of the same processes and threads. */
  readonly rows: TaskRows;
}

/** Absent in kernels without it, and outside of Linux: then it is not known what of the wall time was CPU time. */
const HAS_SCHEDSTAT = existsSync('/proc/self/schedstat');

interface RecordedThread {
  readonly id: ThreadId;
  readonly title: string;
  readonly series: Series;
  readonly stacks: V8Stacks;
  readonly shares: CpuShares;
  /** What it had used when its samples began; null while that is not known. */
  base: ThreadTimes | null;
  /** What it had used at the end of what is covered, or before it. */
  last: ThreadTimes | undefined;
  /** Whether its last piece came without what it had used. */
  isUnread: boolean;
  /** When the profiler had started, CLOCK_MONOTONIC in microseconds, as is the next. */
  readonly startUs: number;
  /** How long the start of the profiler stopped it, in microseconds; null while only the first piece can tell. */
  pauseUs: number | null;
  /** End of what is covered; undefined before the first piece. */
  coveredUs: number | undefined;
  ended: boolean;
}

/** Pieces follow each other with an overlap; a longer hole means that the profiler was not running. */
const HOLE_US = 2000;

/** One process that an agent reports on: its rows in the profile, filled as the records come. */
export class RecordedProcess {
  readonly pid: number;
  readonly id: ProcessId;
  /** Linux's id of the agent's own thread. */
  readonly agentTid: number;
  /** Set by the last record. */
  end: RecordOf<'end'> | undefined;
  /** When it was first seen to be gone, CLOCK_MONOTONIC in microseconds. */
  goneUs: number | undefined;
  /** Longest time a start of the profiler stopped a thread, in microseconds. */
  startPauseUs = 0;
  /** Wall time between pieces that no sample covers, in microseconds. */
  holesUs = 0;
  /** CPU of its threads while profiled, in ns. */
  sampledCpuNs = 0;
  /** CPU of threads that are there for the recording alone, beside the agent's, in ns. */
  ownCpuNs = 0;
  private readonly threads = new Map<number, RecordedThread>();

  constructor(
    private readonly recording: Recording,
    { pid, startUs, argv, execArgv, node, agentTid }: RecordOf<'process'>,
    parent: ProcessId,
  ) {
    const { profile } = recording;
    this.pid = pid;
    this.agentTid = agentTid;
    const command = ['node', ...execArgv, ...argv.slice(1)].join(' ');
    this.id = recording.rows.process({ pid, parent, start: this.sinceStart(startUs), command });
    profile.processes.setNodeVersion(this.id, node.replace(/^v/, ''));
  }

  add(record: AgentRecord): void {
    if (record.kind === 'thread') this.addThread(record);
    else if (record.kind === 'piece') this.addPiece(record);
    else if (record.kind === 'thread-end') this.endThread(record.thread, record.timeUs);
    else if (record.kind === 'end') this.endProcess(record);
  }

  /** Wall time in microseconds up to `untilUs` that was lost with the threads' last pieces. */
  lostUs(untilUs: number): number {
    let lost = 0;
    for (const { ended, startUs, coveredUs } of this.threads.values()) {
      if (!ended) lost = Math.max(lost, untilUs - (coveredUs ?? startUs));
    }
    return lost;
  }

  /** Whether its main thread is being profiled. */
  get isSampled(): boolean {
    return this.threads.has(0);
  }

  /** Writes what its threads are called and for, over what another engine may have said. */
  nameThreads(): void {
    const { threads } = this.recording.profile;
    for (const [key, { id, title }] of this.threads) {
      threads.setName(id, title);
      threads.columns.role.data[id] = key === 0 ? ThreadRole.Main : ThreadRole.Worker;
    }
  }

  private addThread({ thread, tid, name, cpuNs, delayNs, timeUs, pauseUs }: RecordOf<'thread'>): void {
    const { profile, rows, scripts, ownScripts } = this.recording;
    const title = threadName(thread, name);
    const id = rows.thread(this.id, tid, title, this.sinceStart(timeUs));
    const series = profile.addSeries(id, 'v8', Unit.WallNs, true, HAS_SCHEDSTAT);
    const stacks = new V8Stacks(profile, scripts, ownScripts);
    this.startPauseUs = Math.max(this.startPauseUs, pauseUs ?? 0);
    this.threads.set(thread, {
      id,
      title,
      series,
      stacks,
      shares: new CpuShares((stack) => isIdle(profile, stack)),
      base: cpuNs === null || delayNs === null ? null : { timeUs, cpuNs, delayNs },
      last: undefined,
      isUnread: false,
      startUs: timeUs,
      pauseUs,
      coveredUs: undefined,
      ended: false,
    });
    this.nameThreads();
  }

  private addPiece(piece: RecordOf<'piece'>): void {
    const thread = this.threads.get(piece.thread);
    if (!thread) return;
    const v8 = parseV8Profile(piece.profile);
    if (v8.times.length === 0) return;
    const from =
      thread.coveredUs === undefined ? this.firstPiece(thread, v8) : this.nextPiece(thread.coveredUs, v8);
    thread.stacks.load(v8.nodes, 'v8');
    this.addSamples(thread, v8, from, readingOf(piece));
    thread.coveredUs = Math.max(from, v8.endTime);
    this.recording.profile.threads.columns.tid.data[thread.id] = piece.tid;
  }

  private addSamples(
    thread: RecordedThread,
    v8: V8Profile,
    from: number,
    reading: (ThreadTimes & { tid: number }) | undefined,
  ): void {
    const samples = v8Samples(v8, thread.stacks, from);
    const times = reading && this.timesOf(thread, samples, reading);
    if (reading === undefined) Object.assign(thread, { last: undefined, isUnread: true });
    const { begins, ends, stacks, length } = samples;
    for (let i = 0; i < length; i++) {
      const time = Math.round(begins[i] - this.recording.zeroUs);
      thread.series.add(time, stacks[i], (ends[i] - begins[i]) * 1000, times?.cpu[i], times?.delay[i]);
    }
  }

  /**
   * What of the samples' wall time was CPU time, by what was read outside and, behind their end, by the agent;
   * undefined when nothing is known of the beginning.
   */
  private timesOf(
    thread: RecordedThread,
    samples: V8Samples,
    reading: ThreadTimes & { tid: number },
  ): SampleTimes | undefined {
    const { clocks } = this.recording;
    const beginUs = samples.length > 0 ? samples.begins[0] : reading.timeUs;
    const isNew = thread.base === null;
    const known = clocks.at(this.pid, reading.tid, beginUs);
    // A worker is profiled from its first steps: only the start of the profiler is not its own.
    const startNs = Math.min((thread.pauseUs ?? 0) * 1000, reading.cpuNs);
    thread.base ??= known ?? { timeUs: beginUs, cpuNs: startNs, delayNs: 0 };
    const base = thread.isUnread ? undefined : { ...thread.base, timeUs: beginUs };
    const first = thread.last ?? base ?? known;
    thread.isUnread = false;
    if (first === undefined) {
      this.charge(thread.id, thread.base, reading);
      thread.last = reading;
      return undefined;
    }
    const between = clocks.between(this.pid, reading.tid, first.timeUs, reading.timeUs);
    const readings = rising([first, ...between, reading]);
    this.charge(thread.id, thread.base, readings[readings.length - 1]);
    thread.last = timesAt(readings, samples.length > 0 ? samples.ends[samples.length - 1] : first.timeUs);
    const times = thread.shares.share(samples, readings);
    if (isNew) thread.shares.dropSurplus();
    return times;
  }

  /** Up to its first sample V8 went through all code there is: nothing ran. In an attached process we did more. */
  private firstPiece(thread: RecordedThread, { times, startTime }: V8Profile): number {
    if (thread.pauseUs !== null) return Math.max(times[0], thread.startUs);
    thread.pauseUs = times[0] - startTime;
    this.startPauseUs = Math.max(this.startPauseUs, thread.pauseUs);
    this.recording.profile.threads.columns.start.data[thread.id] = this.sinceStart(times[0]);
    return times[0];
  }

  private nextPiece(coveredUs: number, { startTime }: V8Profile): number {
    if (startTime - coveredUs > HOLE_US) this.holesUs += startTime - coveredUs;
    return coveredUs;
  }

  private charge(id: ThreadId, base: ThreadTimes, now: ThreadTimes): void {
    const { chargedCpu, runDelay } = this.recording.profile.threads.columns;
    const before = chargedCpu.data[id];
    const charged = Math.max(0, now.cpuNs - base.cpuNs);
    this.sampledCpuNs += charged - (Number.isNaN(before) ? 0 : before);
    chargedCpu.data[id] = charged;
    runDelay.data[id] = Math.max(0, now.delayNs - base.delayNs);
  }

  private endThread(key: number, timeUs: number): void {
    const thread = this.threads.get(key);
    if (!thread) return;
    thread.ended = true;
    this.recording.profile.threads.columns.end.data[thread.id] = this.sinceStart(timeUs);
  }

  private endProcess(record: RecordOf<'end'>): void {
    this.end = record;
    for (const [key, { ended }] of this.threads) if (!ended) this.endThread(key, record.timeUs);
    if (record.exit !== null) {
      this.recording.profile.processes.setEnd(this.id, this.sinceStart(record.timeUs), record.exit);
    }
  }

  /** Microseconds from the recording's start. */
  private sinceStart(us: number): number {
    return Math.max(0, Math.round(us - this.recording.zeroUs));
  }
}

function readingOf({ tid, timeUs, cpuNs, delayNs }: RecordOf<'piece'>) {
  return cpuNs === null || delayNs === null ? undefined : { tid, timeUs, cpuNs, delayNs };
}

/** A worker's last reading is its own, told a little later than it was taken: no reading is less than one before it. */
function rising(readings: readonly ThreadTimes[]): ThreadTimes[] {
  const risen: ThreadTimes[] = [];
  for (const { timeUs, cpuNs, delayNs } of readings) {
    const before = risen.at(-1);
    risen.push({
      timeUs,
      cpuNs: Math.max(cpuNs, before?.cpuNs ?? 0),
      delayNs: Math.max(delayNs, before?.delayNs ?? 0),
    });
  }
  return risen;
}

function isIdle({ frames, stacks }: Profile, stack: StackId): boolean {
  return stack !== ROOT && frames.kind(stacks.columns.frame.data[stack]) === FrameKind.Idle;
}

/** Node titles workers `[worker 2] NAME`, where NAME is `WorkerThread` or nothing unless the program gave one. */
function threadName(thread: number, title: string): string {
  const given = /^\[worker \d+\] ?(.*)$/s.exec(title)?.[1] ?? title;
  return given === '' || given === 'WorkerThread' ? `worker ${thread}` : given;
}

/** The nearest ancestor of `pid` among `processes`, seen through shells and others that are not recorded. */
export function recordedParent(ppid: number, processes: Iterable<RecordedProcess>): ProcessId {
  const known = new Map([...processes].map((process) => [process.pid, process.id]));
  for (let pid = ppid, steps = 0; pid > 1 && steps < 64; pid = parentPid(pid), steps++) {
    const id = known.get(pid);
    if (id !== undefined) return id;
  }
  return NO_PROCESS;
}

/** proc(5): the fourth field of `stat`, after a name in parentheses that may hold anything. */
function parentPid(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

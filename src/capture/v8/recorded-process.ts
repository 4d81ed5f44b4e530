import { readFileSync } from 'node:fs';
import { parseV8Profile, type V8Profile } from '../../formats/cpuprofile/v8-profile.js';
import { addV8Samples } from '../../formats/cpuprofile/v8-series.js';
import { V8Stacks } from '../../formats/cpuprofile/v8-stacks.js';
import { NO_PROCESS, type ProcessId } from '../../profile/processes.js';
import type { Profile } from '../../profile/profile.js';
import type { ScriptId } from '../../profile/scripts.js';
import { type Series, Unit } from '../../profile/series.js';
import type { TaskRows } from '../../profile/task-rows.js';
import { type ThreadId, ThreadRole } from '../../profile/threads.js';
import type { AgentRecord } from './agent-protocol.js';

type RecordOf<Kind extends AgentRecord['kind']> = Extract<AgentRecord, { kind: Kind }>;

/** What all processes of one recording share. */
export interface Recording {
  readonly profile: Profile;
  /** Time 0 on CLOCK_MONOTONIC, in microseconds. */
  zeroUs: number;
  /** See `V8Stacks`. */
  readonly scripts: Map<string, ScriptId[]>;
  readonly ownScripts: readonly string[];
  /** Another engine may tell of the same processes and threads. */
  readonly rows: TaskRows;
}

interface RecordedThread {
  readonly id: ThreadId;
  readonly title: string;
  readonly series: Series;
  readonly stacks: V8Stacks;
  /** In ns; null while its id is not known. */
  readonly cpuAtStart: number | null;
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

  private addThread({ thread, tid, name, cpuNs, timeUs, pauseUs }: RecordOf<'thread'>): void {
    const { profile, rows, scripts, ownScripts } = this.recording;
    const title = threadName(thread, name);
    const id = rows.thread(this.id, tid, title, this.sinceStart(timeUs));
    const series = profile.addSeries(id, 'v8', Unit.WallNs);
    const stacks = new V8Stacks(profile, scripts, ownScripts);
    this.startPauseUs = Math.max(this.startPauseUs, pauseUs ?? 0);
    this.threads.set(thread, {
      id,
      title,
      series,
      stacks,
      cpuAtStart: cpuNs,
      startUs: timeUs,
      pauseUs,
      coveredUs: undefined,
      ended: false,
    });
    this.nameThreads();
  }

  private addPiece({ thread: key, tid, profile, cpuNs }: RecordOf<'piece'>): void {
    const thread = this.threads.get(key);
    if (!thread) return;
    const v8 = parseV8Profile(profile);
    if (v8.times.length === 0) return;
    const from =
      thread.coveredUs === undefined ? this.firstPiece(thread, v8) : this.nextPiece(thread.coveredUs, v8);
    thread.stacks.load(v8.nodes, true);
    addV8Samples(thread.series, v8, thread.stacks, { zero: this.recording.zeroUs, from });
    thread.coveredUs = Math.max(from, v8.endTime);
    this.recording.profile.threads.columns.tid.data[thread.id] = tid;
    this.chargeCpu(thread, cpuNs);
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

  private chargeCpu({ id, cpuAtStart, pauseUs }: RecordedThread, cpuNs: number | null): void {
    if (cpuNs === null) return;
    const { chargedCpu } = this.recording.profile.threads.columns;
    const before = chargedCpu.data[id];
    // A worker is profiled from its first steps: only the start of the profiler is not its own.
    const charged = Math.max(0, cpuNs - (cpuAtStart ?? (pauseUs ?? 0) * 1000));
    this.sampledCpuNs += charged - (Number.isNaN(before) ? 0 : before);
    chargedCpu.data[id] = charged;
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

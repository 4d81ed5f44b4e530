import { PassThrough } from 'node:stream';
import type { Profile } from '../../profile/profile.js';
import { TaskRows } from '../../profile/task-rows.js';
import { Symbolizer } from '../../symbols/symbolizer.js';
import type { ChargedCpu } from '../perf/charged-cpu.js';
import { noteEarlyEnd, noteNoKernel } from '../perf/notes.js';
import { PerfProcess } from '../perf/perf-process.js';
import { readWhileRecording } from '../perf/reading.js';
import { targetRecords } from '../perf/target-records.js';
import { ProcessTree } from '../process-tree.js';
import { isAlive, threadIds } from '../procfs.js';
import type { Turns } from '../turns.js';
import { findJitMap, type JitMap } from './jit-map.js';
import type { AttachTarget } from './target.js';

/** What perf may write before we read it: it tells at once of every thread and mapping that is there. */
const AHEAD_BYTES = 64 << 20;
/** Every so many ticks it is looked which of the processes live. */
const TICKS_A_LOOK = 10;

export interface PerfPlan {
  readonly frequencyHz: number;
  /** The event that is sampled. */
  readonly event: string;
  /** Whether processes that the targets start are recorded too. */
  readonly children: boolean;
}

/** What a recording by perf shares with one by V8 of the same processes. */
export interface PerfShared {
  readonly profile: Profile;
  /** Takes what perf counted of threads that were started meanwhile and ended. */
  readonly charged: ChargedCpu;
  /** The threads in the targets that are there for the recording alone. */
  readonly ownTids: ReadonlySet<number>;
  readonly turns: Turns;
  readonly onBatch: (profile: Profile) => Promise<void>;
}

/** perf attached to processes that run, to which nothing is done. What it samples counts from `begin` on. */
export class AttachedPerf {
  /** By process id. */
  readonly maps: ReadonlyMap<number, JitMap>;
  /** The targets, and what they started since. */
  readonly tree = new ProcessTree();
  private readonly output: PassThrough;
  private symbolizer: Symbolizer | undefined;
  private reading: Promise<void> | undefined;
  private startNs = 0n;
  private ticks = 0;
  private stopping = false;

  private constructor(
    private readonly perf: PerfProcess,
    output: PassThrough,
    private readonly targets: readonly AttachTarget[],
    private readonly plan: PerfPlan,
  ) {
    this.output = output;
    this.maps = new Map(targets.map((target) => [target.pid, findJitMap(target)]));
    for (const { pid } of targets) this.tree.start(pid);
  }

  /** @throws UserError when perf is missing, too old or refused */
  static async attach(targets: readonly AttachTarget[], plan: PerfPlan): Promise<AttachedPerf> {
    const { frequencyHz, event } = plan;
    const output = new PassThrough({ highWaterMark: AHEAD_BYTES });
    const pids = targets.map(({ pid }) => pid);
    const searchPath = process.env['PATH'];
    const perf = await PerfProcess.attach({ target: { pids }, frequencyHz, event, searchPath, output });
    return new AttachedPerf(perf, output, targets, plan);
  }

  /** The targets whose JavaScript it cannot name, and why. */
  get unnamed(): { readonly pid: number; readonly reason: string }[] {
    return [...this.maps]
      .map(([pid, { missing }]) => ({ pid, reason: missing }))
      .filter(({ reason }) => reason !== '');
  }

  /**
   * Begins to read, samples from now on. The processes that `profile` has by now are the targets.
   * @param startNs the recording's time zero on CLOCK_MONOTONIC
   */
  begin(startNs: bigint, shared: PerfShared): void {
    const { profile, turns, onBatch } = shared;
    this.startNs = startNs;
    const symbolizer = new Symbolizer(profile, { live: true, jitMapPaths: (pid) => this.mapPaths(pid) });
    this.symbolizer = symbolizer;
    for (let row = 0; row < profile.processes.length; row++) symbolizer.takeUp(row);
    const rows = new TaskRows(profile);
    const chunks = this.records(shared, process.hrtime.bigint());
    this.reading = readWhileRecording({ chunks, profile, symbolizer, startNs, onBatch, turns, rows });
    this.reading.catch(() => {});
    void this.perf.ended.then(() => this.noteEarlyEnd(profile));
  }

  /** To be called about every 50 ms. */
  tick(): void {
    this.perf.nudge();
    this.symbolizer?.noteJitMaps(this.nowUs());
    if (++this.ticks % TICKS_A_LOOK === 0) this.tree.look();
  }

  /** Takes no more samples; resolves when all are in the profile and perf is gone. */
  async end(): Promise<void> {
    this.stopping = true;
    this.symbolizer?.noteJitMaps(this.nowUs());
    await this.perf.stop();
    await this.reading;
    this.symbolizer?.close();
  }

  private mapPaths(pid: number): readonly string[] {
    const map = this.maps.get(pid) ?? this.maps.values().next().value;
    return map?.pathsOf(pid) ?? [];
  }

  private records({ profile, charged, ownTids }: PerfShared, fromNs: bigint): AsyncIterable<Uint8Array> {
    // perf's counts of these began before, and the kernel's are read of them.
    const older = new Set(this.targets.flatMap(({ pid }) => threadIds(pid)));
    const isClock = /^(cpu|task)-clock\b/.test(this.plan.event);
    return targetRecords(this.output, {
      only: this.plan.children ? undefined : new Set(this.targets.map(({ pid }) => pid)),
      fromNs,
      exceptTids: ownTids,
      onKernelExcluded: () => noteNoKernel(profile.quality),
      onFork: (pid, parentPid) => this.tree.hear(pid, parentPid),
      onCount: (pid, tid, count, runningNs) => {
        if (!older.has(tid)) charged.count(pid, tid, isClock ? count : runningNs);
      },
    });
  }

  private noteEarlyEnd({ quality }: Profile): void {
    const isOver = this.targets.every(({ pid, startTicks }) => !isAlive(pid, startTicks));
    if (!this.stopping && !isOver) noteEarlyEnd(quality, this.perf.failure());
  }

  private nowUs(): number {
    return Number(process.hrtime.bigint() - this.startNs) / 1000;
  }
}

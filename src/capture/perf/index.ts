/**
 * The perf engine: `perf record` attached to the thread that will fork the target, its output read while it
 * runs; V8's flags so that run-time code has names.
 */
import { existsSync, truncate } from 'node:fs';
import { join } from 'node:path';
import { Symbolizer } from '../../symbols/symbolizer.js';
import { agentFolder } from '../agent-files.js';
import type { EnginePlan, EngineSession, TargetExit } from '../engine.js';
import { isNodeBinary } from '../find-command.js';
import { ChargedCpu } from './charged-cpu.js';
import { describeNodeVersions } from './node-versions.js';
import { noteEarlyEnd, noteNoKernel } from './notes.js';
import { PerfProcess } from './perf-process.js';
import { readWhileRecording } from './reading.js';
import { targetRecords } from './target-records.js';
import { logFileIn, planV8Flags, type V8Flags } from './v8-flags.js';

/** Processes whose threads are looked at in one tick. */
const CHARGES_A_TICK = 4;
/** Ticks until V8's log is emptied again; it gains some 60 kB a second from a busy garbage collector. */
const TICKS_A_TRIM = 200;

/** @throws UserError when perf is missing, too old or refused; nothing was started then */
export async function preparePerf(plan: EnginePlan): Promise<PerfSession> {
  const attaching = PerfProcess.attach({
    target: { launchTid: plan.launchTid },
    frequencyHz: plan.frequencyHz,
    event: plan.event,
    searchPath: process.env['PATH'],
  });
  const [perf, flags] = await Promise.allSettled([attaching, planV8Flags(plan)]);
  if (perf.status === 'rejected') throw perf.reason;
  if (flags.status === 'rejected') {
    await perf.value.stop();
    throw flags.reason;
  }
  if (plan.delayMs === 0) await perf.value.enable();
  return new PerfSession(plan, perf.value, flags.value);
}

export class PerfSession implements EngineSession {
  readonly env = {};
  private readonly symbolizer: Symbolizer;
  private readonly charged = new ChargedCpu();
  private reading: Promise<void> | undefined;
  private startNs = 0n;
  private nextCharge = 0;
  private ticks = 0;
  private stopping = false;
  private delayed: NodeJS.Timeout | undefined;

  constructor(
    private readonly plan: EnginePlan,
    private readonly perf: PerfProcess,
    readonly flags: V8Flags,
  ) {
    const ownFolder = agentFolder(plan.workDir);
    this.symbolizer = new Symbolizer(plan.profile, {
      live: true,
      jitMapPaths: this.jitMapPaths,
      ...(ownFolder === undefined ? {} : { ownFolder }),
    });
    plan.profile.info.engine = 'perf';
  }

  get execArgv(): readonly string[] {
    return this.flags.execArgv;
  }

  get nodeOptions(): readonly string[] {
    return this.flags.nodeOptions;
  }

  started(pid: number, startNs: bigint): void {
    const { profile, delayMs, onBatch } = this.plan;
    this.startNs = startNs;
    const { symbolizer } = this;
    this.reading = readWhileRecording({ chunks: this.records(pid), profile, symbolizer, startNs, onBatch });
    this.reading.catch(() => {});
    void this.perf.ended.then(() => this.noteEarlyEnd());
    if (delayMs > 0) this.delayed = setTimeout(() => void this.beginLate(), delayMs);
  }

  tick(timeUs: number): void {
    this.perf.nudge();
    this.symbolizer.noteJitMaps(timeUs);
    this.readCharges();
    if (++this.ticks % TICKS_A_TRIM === 0) this.trimLog();
  }

  async flush(): Promise<void> {}

  async finish({ cpuNs }: TargetExit): Promise<void> {
    this.stopping = true;
    clearTimeout(this.delayed);
    for (const { pid } of this.plan.tree.alive) this.charged.read(pid);
    // The last lines of the maps: of processes that ended, the files are still open.
    this.symbolizer.noteJitMaps(Number(process.hrtime.bigint() - this.startNs) / 1000);
    await this.perf.stop();
    await this.reading;
    const { seen, heardOf } = this.plan.tree;
    if (cpuNs !== undefined && heardOf.size === 0 && this.plan.delayMs === 0)
      this.charged.complete(seen[0].pid, cpuNs);
    this.charged.fill(this.plan.profile);
    describeNodeVersions(this.plan, this.flags.nodeVersion);
    this.noteUnnamed();
  }

  /** Ends perf before any target was started. */
  async abandon(): Promise<void> {
    this.stopping = true;
    await this.perf.stop();
  }

  private records(launchedPid: number): AsyncIterable<Uint8Array> {
    const isClock = /^(cpu|task)-clock\b/.test(this.plan.event);
    return targetRecords(this.perf.output, {
      launch: { ownPid: process.pid, launchedPid },
      only: this.plan.children ? undefined : new Set([launchedPid]),
      onKernelExcluded: () => noteNoKernel(this.plan.profile.quality),
      onFork: (pid, parentPid) => this.plan.tree.hear(pid, parentPid),
      onCount: (pid, tid, count, runningNs) => this.charged.count(pid, tid, isClock ? count : runningNs),
    });
  }

  /** Says whose JavaScript has no names, and why. */
  private noteUnnamed(): void {
    const { unnamed, reason } = this.flags;
    const { quality } = this.plan.profile;
    if (unnamed === 'everybody' || (unnamed === 'children' && this.plan.tree.heardOf.size > 0)) {
      quality.note(
        'JIT_NAMES_MISSING',
        `The JavaScript of the ${unnamed === 'children' ? "program's children" : 'program'} has no names: ${reason}.`,
        unnamed === 'children' ? 'Start it in a folder that can be written to.' : 'Record with --engine v8.',
      );
    } else if (unnamed === 'nobody') {
      const pids = this.processesWithoutMap();
      if (pids.length === 0) return;
      quality.note(
        'JIT_NAMES_MISSING',
        `The JavaScript of process ${pids.join(', ')} has no names: it was started in a folder that cannot be written to, or without the NODE_OPTIONS it would have inherited.`,
        'Record with --engine v8.',
      );
    }
  }

  /** Node processes that V8 wrote no map of. */
  private processesWithoutMap(): number[] {
    const { seen } = this.plan.tree;
    const nodes = seen.filter(({ executable }) => executable !== '' && isNodeBinary(executable));
    return nodes
      .map(({ pid }) => pid)
      .filter((pid) => !this.jitMapPaths(pid).some((path) => existsSync(path)));
  }

  private readonly jitMapPaths = (pid: number): string[] => {
    const { workDir } = this.plan;
    return (workDir === null ? ['/tmp'] : [workDir, '/tmp']).map((place) => join(place, `perf-${pid}.map`));
  };

  /** Reads a few processes at a time, so that many do not cost more. */
  private readCharges(): void {
    const { alive } = this.plan.tree;
    for (let read = 0; read < Math.min(alive.length, CHARGES_A_TICK); read++) {
      this.charged.read(alive[this.nextCharge++ % alive.length].pid);
    }
  }

  /** V8 goes on writing where it was, into a file without the blocks before. */
  private trimLog(): void {
    if (this.plan.workDir === null || this.flags.execArgv.length === 0) return;
    truncate(logFileIn(this.plan.workDir), () => {});
  }

  private async beginLate(): Promise<void> {
    for (const { pid } of this.plan.tree.alive) this.charged.read(pid, true);
    await this.perf.enable().catch(() => {});
  }

  private noteEarlyEnd(): void {
    if (!this.stopping) noteEarlyEnd(this.plan.profile.quality, this.perf.failure());
  }
}

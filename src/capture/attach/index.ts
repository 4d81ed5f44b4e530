/**
 * Recording programs that run already. By perf nothing is done to them; by V8's profiler an agent is put into each
 * through Node's inspector, which is open for a moment, and taken out again at the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../profile/errors.js';
import { NO_PROCESS } from '../../profile/processes.js';
import { Profile } from '../../profile/profile.js';
import { TaskRows } from '../../profile/task-rows.js';
import type { EngineChoice } from '../choose-engine.js';
import type { RecordingSink } from '../engine.js';
import { NodeVersions } from '../find/node-version.js';
import { ChargedCpu } from '../perf/charged-cpu.js';
import { ancestors, isAlive } from '../procfs.js';
import { describeProcesses } from '../program.js';
import { SampleOutput } from '../sample-output.js';
import { ThreadClocks } from '../thread-clocks.js';
import { ThreadNames } from '../thread-names.js';
import { Throttling } from '../throttling.js';
import { Turns } from '../turns.js';
import { AGENT_URL } from '../v8/agent-protocol.js';
import { chargeThreads } from '../v8/charge-threads.js';
import { noteLosses, noteProgram, noteQuality } from '../v8/notes.js';
import type { Recording } from '../v8/recorded-process.js';
import { AttachedProcess } from './attached-process.js';
import { type AttachEngines, chooseEngines } from './engines.js';
import type { ProcessFacts } from './inject.js';
import { isStopped } from './inspector-port.js';
import { noteAttach, noteJitNames } from './notes.js';
import type { PausePlan } from './pause.js';
import { type AttachTarget, lookAtTarget, refuseInspection } from './target.js';

/** Low, since nobody asked the program whether now is a good time. */
export const ATTACH_FREQUENCY_HZ = 199;
const LOOK_MS = 50;
/** Every so many looks the agents' records are taken in, and they are told that we live. */
const LOOKS_A_POLL = 4;
const LOOKS_A_BEAT = 20;

export interface AttachOptions {
  readonly pids: readonly number[];
  /** Recorded too; one that cannot be is told of by a notice and a note. */
  readonly relatives?: readonly number[];
  /** Where the recording goes while it is made. */
  readonly sink: RecordingSink;
  /** `auto`, the default, is perf where it works, and V8 where that is needed to name JavaScript. */
  readonly engine?: EngineChoice;
  /** Samples per second and thread; default 199. */
  readonly frequencyHz?: number;
  /** The event perf samples; default `cpu-clock`. */
  readonly event?: string;
  /** Whether perf records processes that are started meanwhile too; default true. */
  readonly children?: boolean;
  /** Milliseconds of recording; without it until `signal` or the last process's end. */
  readonly durationMs?: number;
  /** Milliseconds for which a program may be stopped; default: as long as it takes. */
  readonly maxPauseMs?: number;
  /** Ends the recording when it is aborted. */
  readonly signal: AbortSignal;
  readonly events?: AttachEvents;
}

/** Told while a recording is made. */
export interface AttachEvents {
  /** Before V8's profiler is brought into the process. */
  attaching?(target: AttachTarget): void;
  /** Just before it is stopped. */
  pausing?(target: AttachTarget, facts: ProcessFacts, pause: PausePlan): void;
  /** V8's profiler works in it. */
  attached?(target: AttachTarget): void;
  /** All processes are being recorded. */
  recording?(how: AttachedBy): void;
  progress?(progress: { readonly elapsedMs: number; readonly samples: number }): void;
  /** Something the user should know at once, one sentence. */
  notice?(message: string): void;
}

/** Who is recorded, by what, and why by that. */
export interface AttachedBy {
  readonly pids: readonly number[];
  readonly engine: EngineName;
  /** In a few words for the user; may be empty. */
  readonly why: string;
}

/** As it stands in the recording. */
export type EngineName = 'perf' | 'v8' | 'perf+v8';

export interface AttachResult {
  readonly samples: number;
}

/**
 * Records processes that run, and leaves them as found. Prints nothing.
 * @throws UserError when one cannot be attached to, or the sink fails
 */
export async function attach(options: AttachOptions): Promise<AttachResult> {
  const asked = options.pids.map(lookAtTarget);
  const profile = new Profile();
  const frequencyHz = options.frequencyHz ?? ATTACH_FREQUENCY_HZ;
  Object.assign(profile.info, { frequencyHz, startedMs: Date.now() });
  profile.info.command = asked.map(({ command }) => command.join(' ')).join(', ');
  const recording: Recording = {
    ...{ profile, zeroUs: nowUs(), scripts: new Map(), ownScripts: [AGENT_URL] },
    ...{ clocks: new ThreadClocks(), rows: new TaskRows(profile) },
  };
  const output = new SampleOutput(
    options.sink,
    () => {
      profile.info.durationUs = nowUs() - recording.zeroUs;
    },
    options.events?.notice,
  );
  const leaveOut = (pid: number, why: UserError) => {
    options.events?.notice?.(`process ${pid} is left out: ${why.message}`);
    profile.quality.note('ATTACH_LEFT_OUT', `Process ${pid} is not in the recording: ${why.message}`);
  };
  const relatives = lookAtRelatives(options, leaveOut);
  const engines = await chooseEngines(options.engine ?? 'auto', asked, relatives, {
    frequencyHz,
    event: options.event ?? 'cpu-clock',
    children: options.children ?? true,
  });
  const targets = { all: [...asked, ...relatives], asked: new Set(asked), leaveOut };
  await new AttachedRecording(options, recording, output, engines, targets).run();
  await output.finish(profile);
  return { samples: samplesOf(profile) };
}

/** A worker that has just ended is no reason to lose the others. */
function lookAtRelatives(
  { pids, relatives = [] }: AttachOptions,
  leaveOut: (pid: number, why: UserError) => void,
): AttachTarget[] {
  return relatives
    .filter((pid) => !pids.includes(pid))
    .flatMap((pid) => {
      try {
        return [lookAtTarget(pid)];
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        leaveOut(pid, error);
        return [];
      }
    });
}

interface Targets {
  readonly all: readonly AttachTarget[];
  /** The others are their relatives. */
  readonly asked: ReadonlySet<AttachTarget>;
  /** Tells of a relative that cannot be recorded. */
  readonly leaveOut: (pid: number, why: UserError) => void;
}

class AttachedRecording {
  private readonly attached: AttachedProcess[] = [];
  /** Those that are being recorded, by whichever engine. */
  private recorded: readonly AttachTarget[] = [];
  /** What perf counted. */
  private readonly charged = new ChargedCpu();
  private readonly names = new ThreadNames();
  private readonly throttling: Throttling[] = [];
  /** Of the threads that are there for the recording alone, those that perf leaves out. */
  private readonly ownTids = new Set<number>();
  private readonly turns = new Turns();
  private readonly profile: Profile;

  constructor(
    private readonly options: AttachOptions,
    private readonly recording: Recording,
    private readonly output: SampleOutput,
    private readonly engines: AttachEngines,
    private readonly targets: Targets,
  ) {
    this.profile = recording.profile;
  }

  async run(): Promise<void> {
    const { engines, options, targets } = this;
    try {
      // One after the other: they may share one inspector port.
      if (engines.v8) for (const target of childrenFirst(targets.all)) await this.add(target);
      this.recorded = engines.perf === undefined ? this.attached.map(({ target }) => target) : targets.all;
      this.throttling.push(...this.recorded.map(({ pid }) => new Throttling(pid)));
      this.beginPerf();
      options.events?.recording?.({
        pids: this.recorded.map(({ pid }) => pid),
        engine: this.nameEngines(),
        why: engines.why,
      });
      await this.watch();
    } finally {
      this.profile.info.durationUs = nowUs() - this.recording.zeroUs;
      await this.end();
      this.describe();
    }
  }

  /** With perf at work already, or for a relative, what V8 is refused by is no reason to end. */
  private async add(target: AttachTarget): Promise<void> {
    const { engines, options, profile, targets } = this;
    const isAsked = targets.asked.has(target);
    if (!isAsked && options.signal.aborted) return;
    try {
      refuseInspection(target);
      await this.addByV8(target);
    } catch (error) {
      if (!(error instanceof UserError) || (isAsked && engines.perf === undefined)) throw error;
      if (engines.perf === undefined) return targets.leaveOut(target.pid, error);
      const message = `V8's profiler cannot name the JavaScript of process ${target.pid}: ${error.message}`;
      options.events?.notice?.(message);
      profile.quality.note('ATTACH_PERF_ALONE', message);
    }
  }

  private async addByV8(target: AttachTarget): Promise<void> {
    const { options, recording, output, turns } = this;
    options.events?.attaching?.(target);
    const each = await AttachedProcess.attach(target, {
      ...{ recording, turns },
      intervalUs: Math.round(1e6 / this.profile.info.frequencyHz),
      maxPauseMs: options.maxPauseMs ?? Number.POSITIVE_INFINITY,
      onBatch: (profile) => output.append(profile),
      onPause: (...pause) => {
        if (this.attached.length === 0) recording.zeroUs = nowUs();
        options.events?.pausing?.(...pause);
      },
    });
    this.attached.push(each);
    recording.clocks.read([target.pid], true);
    options.events?.attached?.(target);
  }

  /** After V8's profiler, so that its start is not taken for the program's work. */
  private beginPerf(): void {
    const { engines, attached, recording, profile, recorded, charged, ownTids, turns, output } = this;
    if (engines.perf === undefined) return;
    if (attached.length === 0) recording.zeroUs = nowUs();
    const { processes } = profile;
    const versions = new NodeVersions();
    for (const { pid } of recorded) {
      if (firstRow(profile, pid) >= 0) continue;
      const row = processes.add({ pid, parent: NO_PROCESS, start: 0, command: '' });
      processes.setNodeVersion(row, versions.of(pid) ?? '');
    }
    this.readThreads(recorded, true);
    for (const { process } of attached) if (process !== undefined) ownTids.add(process.agentTid);
    for (const { tid } of this.names.profilers) ownTids.add(tid);
    engines.perf.begin(BigInt(recording.zeroUs) * 1000n, {
      ...{ profile, charged, turns, ownTids },
      onBatch: (batch) => output.append(batch),
    });
  }

  private nameEngines(): EngineName {
    const engine = this.engines.perf === undefined ? 'v8' : this.attached.length > 0 ? 'perf+v8' : 'perf';
    this.profile.info.engine = engine;
    return engine;
  }

  /** Until the time is up, we are told to end, all processes have ended, or nobody takes what is recorded. */
  private async watch(): Promise<void> {
    const { durationMs, signal, events } = this.options;
    const began = performance.now();
    for (let look = 1; !signal.aborted && !this.output.hasFailed; look++) {
      const left = (durationMs ?? Number.POSITIVE_INFINITY) - (performance.now() - began);
      const alive = this.recorded.filter((target) => this.isRecorded(target));
      if (left <= 0 || alive.length === 0) return;
      await sleep(Math.min(LOOK_MS, left), undefined, { signal }).catch(() => {});
      this.engines.perf?.tick();
      this.readThreads(alive);
      if (look % LOOKS_A_BEAT === 0) for (const each of this.attached) if (each.isAlive) await each.beat();
      if (look % LOOKS_A_POLL !== 0) continue;
      for (const each of this.attached) await each.collector.poll();
      events?.progress?.({ elapsedMs: performance.now() - began, samples: samplesOf(this.profile) });
    }
  }

  /** It lives, and the profiler in it, if there is one, goes on. */
  private isRecorded({ pid, startTicks }: AttachTarget): boolean {
    const hasEnded = this.attached.some((each) => each.target.pid === pid && each.process?.end !== undefined);
    return !hasEnded && isAlive(pid, startTicks);
  }

  private readThreads(targets: readonly AttachTarget[], isBase = false): void {
    const children = this.engines.perf?.tree.alive ?? [];
    const pids = new Set([...targets, ...children].map(({ pid }) => pid));
    this.recording.clocks.read(pids, isBase);
    for (const pid of pids) this.names.look(pid);
  }

  private async end(): Promise<void> {
    const alive = () => this.recorded.filter(({ pid, startTicks }) => isAlive(pid, startTicks));
    this.readThreads(alive());
    await Promise.all([this.engines.perf?.end(), ...this.attached.map((each) => this.stop(each))]);
    const living = alive();
    for (const target of this.recorded) {
      const exit = this.attached.find((each) => each.target === target)?.process?.end?.exit ?? null;
      if (living.includes(target) && exit === null) continue;
      this.options.events?.notice?.(`process ${target.pid} has ended; the recording goes up to then`);
    }
  }

  private async stop(each: AttachedProcess): Promise<void> {
    const isGone = await each.stop();
    if (each.isAlive && !isGone) this.options.events?.notice?.(leftBehind(each.target.pid));
  }

  private describe(): void {
    const { profile, recording, attached, charged, names, ownTids } = this;
    const { perf } = this.engines;
    const processes = attached.flatMap(({ process }) => process ?? []);
    for (const { pid, command } of this.recorded) {
      const row = firstRow(profile, pid);
      if (row >= 0) profile.processes.setCommand(row, command.join(' '));
    }
    if (perf !== undefined) {
      describeProcesses(profile, perf.tree, { code: null, signal: null }, []);
      // Of the time that perf sampled: V8's profiler began before.
      const { chargedCpu, runDelay } = profile.threads.columns;
      for (const column of [chargedCpu, runDelay]) column.data.fill(Number.NaN, 0, profile.threads.length);
      charged.fill(profile);
    }
    // A profiler of a worker that was started meanwhile is seen by perf, and so is charged.
    const profilers = names.profilers.filter(({ tid }) => perf === undefined || ownTids.has(tid));
    chargeThreads(profile, recording.clocks, names, processes, { profilers });
    for (const throttling of this.throttling) throttling.note(profile);
    if (perf === undefined) noteQuality(profile, processes, nowUs());
    else noteLosses(profile, processes, nowUs());
    noteAttach(profile, attached);
    if (perf === undefined) noteProgram(profile);
    else noteJitNames(profile, perf, attached);
  }
}

/** The row of a process, -1 without one. */
function firstRow({ processes }: Profile, pid: number): number {
  return processes.columns.pid.data.subarray(0, processes.length).indexOf(pid);
}

/** A cluster's primary wakes the inspectors of its workers, which would be in the way of attaching to them. */
function childrenFirst(targets: readonly AttachTarget[]): AttachTarget[] {
  return targets
    .map((target) => [target, ancestors(target.pid).length] as const)
    .sort((a, b) => b[1] - a[1])
    .map(([target]) => target);
}

function leftBehind(pid: number): string {
  if (isStopped(pid)) {
    return `process ${pid} is stopped, and nothing is recorded of it meanwhile: kill -CONT ${pid} lets it run on, and a thread of ours leave`;
  }
  return `a thread of ours sleeps in process ${pid} until its main thread comes back to its event loop`;
}

function samplesOf(profile: Profile): number {
  return profile.series.reduce((sum, series) => sum + series.sampleCount, 0);
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

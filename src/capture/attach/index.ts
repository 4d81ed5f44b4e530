/**
 * Recording programs that run already, by V8's profiler: an agent is put into each through Node's inspector, which
 * is open for a moment, and taken out again at the end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../profile/errors.js';
import { Profile } from '../../profile/profile.js';
import type { RecordingSink } from '../engine.js';
import { ancestors } from '../procfs.js';
import { SampleOutput } from '../sample-output.js';
import { ThreadClocks } from '../thread-clocks.js';
import { ThreadNames } from '../thread-names.js';
import { Throttling } from '../throttling.js';
import { AGENT_URL } from '../v8/agent-protocol.js';
import { chargeThreads } from '../v8/charge-threads.js';
import { noteProgram, noteQuality } from '../v8/notes.js';
import type { Recording } from '../v8/recorded-process.js';
import { AttachedProcess } from './attached-process.js';
import type { ProcessFacts } from './inject.js';
import { isStopped } from './inspector-port.js';
import { noteAttach } from './notes.js';
import type { PausePlan } from './pause.js';
import { type AttachTarget, lookAtTarget } from './target.js';

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
  /** Samples per second and thread; default 199. */
  readonly frequencyHz?: number;
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
  /** Before anything is done to the process. */
  attaching?(target: AttachTarget): void;
  /** Just before it is stopped. */
  pausing?(target: AttachTarget, facts: ProcessFacts, pause: PausePlan): void;
  attached?(target: AttachTarget): void;
  progress?(progress: { readonly elapsedMs: number; readonly samples: number }): void;
  /** Something the user should know at once, one sentence. */
  notice?(message: string): void;
}

export interface AttachResult {
  readonly samples: number;
}

/**
 * Records processes that run, and leaves them as found. Prints nothing.
 * @throws UserError when one cannot be attached to, or the sink fails
 */
export async function attach(options: AttachOptions): Promise<AttachResult> {
  const targets = options.pids.map(lookAtTarget);
  const profile = new Profile();
  const frequencyHz = options.frequencyHz ?? ATTACH_FREQUENCY_HZ;
  Object.assign(profile.info, { engine: 'v8', frequencyHz, startedMs: Date.now() });
  profile.info.command = targets.map(({ command }) => command.join(' ')).join(', ');
  const clocks = new ThreadClocks();
  const recording = { profile, zeroUs: nowUs(), scripts: new Map(), ownScripts: [AGENT_URL], clocks };
  const output = new SampleOutput(
    options.sink,
    () => {
      profile.info.durationUs = nowUs() - recording.zeroUs;
    },
    options.events?.notice,
  );
  await new AttachedRecording(options, recording, output).run(targets);
  await output.finish(profile);
  return { samples: samplesOf(profile) };
}

class AttachedRecording {
  private readonly attached: AttachedProcess[] = [];
  private readonly names = new ThreadNames();
  private readonly throttling: Throttling[] = [];
  private readonly profile: Profile;

  constructor(
    private readonly options: AttachOptions,
    private readonly recording: Recording,
    private readonly output: SampleOutput,
  ) {
    this.profile = recording.profile;
  }

  async run(targets: readonly AttachTarget[]): Promise<void> {
    try {
      const all = new Map<number, AttachTarget | undefined>(targets.map((target) => [target.pid, target]));
      for (const pid of this.options.relatives ?? []) if (!all.has(pid)) all.set(pid, undefined);
      // One after the other: they may share one inspector port.
      for (const pid of childrenFirst([...all.keys()])) {
        const target = all.get(pid);
        if (target !== undefined) await this.add(target);
        else await this.addRelative(pid);
      }
      await this.watch();
    } finally {
      this.profile.info.durationUs = nowUs() - this.recording.zeroUs;
      await Promise.all(this.attached.map((each) => this.stop(each)));
      this.describe();
    }
  }

  private async add(target: AttachTarget): Promise<void> {
    const { options, recording, output } = this;
    options.events?.attaching?.(target);
    const each = await AttachedProcess.attach(target, {
      recording,
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
    this.throttling.push(new Throttling(target.pid));
    options.events?.attached?.(target);
  }

  /** A worker that has just ended, or has a listener of its own, is no reason to lose the others. */
  private async addRelative(pid: number): Promise<void> {
    const { signal, events } = this.options;
    if (signal.aborted) return;
    try {
      await this.add(lookAtTarget(pid));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      events?.notice?.(`process ${pid} is left out: ${error.message}`);
      this.profile.quality.note(
        'ATTACH_LEFT_OUT',
        `Process ${pid} is not in the recording: ${error.message}`,
      );
    }
  }

  /** Until the time is up, we are told to end, or all processes have ended. */
  private async watch(): Promise<void> {
    const { durationMs, signal, events } = this.options;
    const began = performance.now();
    for (let look = 1; !signal.aborted; look++) {
      const left = (durationMs ?? Number.POSITIVE_INFINITY) - (performance.now() - began);
      const alive = this.attached.filter((each) => each.isAlive && each.process?.end === undefined);
      if (left <= 0 || alive.length === 0) return;
      await sleep(Math.min(LOOK_MS, left), undefined, { signal }).catch(() => {});
      this.readThreads(alive.map(({ target }) => target.pid));
      if (look % LOOKS_A_BEAT === 0) for (const each of alive) await each.beat();
      if (look % LOOKS_A_POLL !== 0) continue;
      // One after the other, since they fill one profile.
      for (const each of this.attached) await each.collector.poll();
      events?.progress?.({ elapsedMs: performance.now() - began, samples: samplesOf(this.profile) });
    }
  }

  private readThreads(pids: readonly number[]): void {
    this.recording.clocks.read(pids);
    for (const pid of pids) this.names.look(pid);
  }

  private async stop(each: AttachedProcess): Promise<void> {
    const { pid } = each.target;
    if (each.isAlive) this.readThreads([pid]);
    const isGone = await each.stop();
    if (!each.isAlive)
      this.options.events?.notice?.(`process ${pid} has ended; the recording goes up to then`);
    else if (!isGone) this.options.events?.notice?.(leftBehind(pid));
  }

  private describe(): void {
    const { profile, attached } = this;
    const processes = attached.flatMap(({ process }) => process ?? []);
    for (const each of attached) {
      if (each.process === undefined) continue;
      profile.processes.setCommand(each.process.id, each.target.command.join(' '));
    }
    chargeThreads(profile, this.recording.clocks, this.names, processes);
    for (const throttling of this.throttling) throttling.note(profile);
    noteQuality(profile, processes, nowUs());
    noteAttach(profile, attached);
    noteProgram(profile);
  }
}

/** A cluster's primary wakes the inspectors of its workers, which would be in the way of attaching to them. */
function childrenFirst(pids: readonly number[]): number[] {
  return pids
    .map((pid) => [pid, ancestors(pid).length] as const)
    .sort((a, b) => b[1] - a[1])
    .map(([pid]) => pid);
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

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { currentTid } from '../agent/cpu-time.js';
import type { RecordingSink } from '../capture/engine.js';
import { SampleOutput } from '../capture/sample-output.js';
import { ThreadClocks } from '../capture/thread-clocks.js';
import { ThreadNames } from '../capture/thread-names.js';
import { AGENT_URL, type AgentRecord } from '../capture/v8/agent-protocol.js';
import { chargeThreads } from '../capture/v8/charge-threads.js';
import { Collector } from '../capture/v8/collector.js';
import type { HandedRecord, Intake } from '../capture/v8/intake.js';
import { notePause, noteProgram, noteQuality } from '../capture/v8/notes.js';
import type { RecordedProcess, Recording } from '../capture/v8/recorded-process.js';
import { UserError } from '../profile/errors.js';
import { Profile } from '../profile/profile.js';
import { TaskRows } from '../profile/task-rows.js';
import { applySourceMaps, commandRoots } from '../symbols/source-maps/index.js';
import type { RecorderData, RecordingResult } from './protocol.js';

const POLL_MS = 50;
/** Starting a thread, and the profiler in a large heap, takes seconds at most. */
const START_LIMIT_MS = 20_000;

/** Scripts of ours that run in the program's main thread. */
const OWN = ['./index.cjs', './own-recording.cjs', './auto.cjs', '../agent/attach.cjs'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

/** Makes a profile of what the streamer of this process sends. */
export class SelfRecorder {
  private readonly profile = new Profile();
  private readonly recording: Recording;
  private readonly names = new ThreadNames();
  private readonly intake: PortIntake;
  private output!: SampleOutput;
  private collector!: Collector;
  private readonly stopping = new AbortController();
  private why: string | undefined;

  constructor(private readonly data: RecorderData) {
    const { argv, frequencyHz, port } = data;
    Object.assign(this.profile.info, { engine: 'v8', frequencyHz, startedMs: Date.now() });
    this.profile.info.command = ['node', ...argv.slice(1)].join(' ');
    this.recording = {
      profile: this.profile,
      zeroUs: nowUs(),
      clocks: new ThreadClocks(),
      rows: new TaskRows(this.profile),
      scripts: new Map(),
      ownScripts: [AGENT_URL, ...OWN],
    };
    this.intake = new PortIntake(port);
  }

  /** Resolves when the main thread is being sampled. @throws UserError when it cannot be */
  async start(sink: RecordingSink): Promise<void> {
    this.recording.zeroUs = nowUs();
    this.output = new SampleOutput(sink, () => this.describe(), undefined);
    this.collector = new Collector({
      recording: this.recording,
      intake: this.intake,
      onBatch: (profile) => this.output.append(profile),
    });
    this.recording.clocks.read([process.pid], true);
    for (const began = performance.now(); performance.now() - began < START_LIMIT_MS; await sleep(5)) {
      await this.collector.poll();
      if (this.process?.isSampled) return;
      const reason = this.collector.failures[0] ?? this.why;
      if (reason !== undefined) throw refused(reason);
    }
    throw refused('it did not start');
  }

  /** To be called at any time: no more is recorded, and `why` nothing was when it has not begun. */
  stop(why: string): void {
    this.why = why;
    this.stopping.abort();
  }

  /** Records until `stop`, or the end of the process, and ends the file. */
  async finish(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && this.process?.end === undefined) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
      this.readThreads();
      await this.collector.poll();
    }
    await this.collector.stop();
    this.readThreads();
    this.describe();
    const { profile, recording, names, collector } = this;
    const recorder = { pid: process.pid, tid: currentTid() };
    const { profilers } = names;
    chargeThreads(profile, recording.clocks, names, collector.processes, { profilers, recorder });
    noteQuality(profile, collector.processes, nowUs());
    notePause(profile, collector.processes);
    noteProgram(profile);
    applySourceMaps(profile, { roots: commandRoots(this.data.argv, this.data.cwd) });
    await this.output.finish(profile);
  }

  get facts(): Pick<RecordingResult, 'samples' | 'durationMs' | 'pauseMs'> {
    const samples = this.profile.series.reduce((sum, series) => sum + series.sampleCount, 0);
    const pauseMs = (this.process?.startPauseUs ?? 0) / 1000;
    return { samples, durationMs: this.profile.info.durationUs / 1000, pauseMs };
  }

  private get process(): RecordedProcess | undefined {
    return this.collector.processes[0];
  }

  private readThreads(): void {
    this.recording.clocks.read([process.pid]);
    this.names.look(process.pid);
  }

  private describe(): void {
    this.profile.info.durationUs = nowUs() - this.recording.zeroUs;
  }
}

/** From another thread of this process. */
class PortIntake implements Intake {
  private records: AgentRecord[] = [];

  constructor(private readonly port: MessagePort) {
    port.on('message', (record: AgentRecord) => this.records.push(record));
  }

  *drain(): Generator<HandedRecord> {
    const { records } = this;
    this.records = [];
    for (const record of records) yield { process: `${process.pid}-0`, record };
  }

  stop(): boolean {
    this.port.postMessage('stop');
    return true;
  }
}

function refused(reason: string): UserError {
  return new UserError('SELF_REFUSED', `This program cannot be recorded from inside: ${reason}.`, 125);
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

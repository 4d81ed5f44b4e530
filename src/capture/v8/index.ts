/**
 * The V8 engine: an agent in every Node process that is started (src/agent) writes pieces of V8 CPU profile into a
 * spool directory; they are read and merged here while the program runs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import { TaskRows } from '../../profile/task-rows.js';
import { agentFile, agentScripts, quotedOption } from '../agent-files.js';
import type { EngineSession } from '../engine.js';
import { ThreadClocks } from '../thread-clocks.js';
import { ThreadNames } from '../thread-names.js';
import { AGENT_URL, type AgentConfig, CONFIG_VARIABLE } from './agent-protocol.js';
import { chargeThreads } from './charge-threads.js';
import { Collector } from './collector.js';
import { notePause, noteProgram, noteQuality } from './notes.js';
import type { Recording } from './recorded-process.js';
import { SpoolIntake } from './spool-intake.js';

export interface V8Options {
  /** Filled while recording. */
  readonly profile: Profile;
  readonly frequencyHz: number;
  /** Time from `startNs` in which nothing is sampled. */
  readonly delayMs: number;
  /** Whether child processes are recorded too. */
  readonly children: boolean;
  /** Whether the command is node itself, so that flags can be put on its command line. */
  readonly isNode: boolean;
  /** Whether the command may load our preload: Node 20 with its permission model does not start with one. */
  readonly mayPreload: boolean;
  /** Where the spool directory is made; the system's temporary directory unless given. */
  readonly spoolDir?: string;
  /** Time 0 of the recording on CLOCK_MONOTONIC, in ns, until `started` tells it better; now, unless given. */
  readonly startNs?: bigint;
  /** As in `EnginePlan`. */
  readonly onBatch?: (profile: Profile) => Promise<void>;
}

const POLL_MS = 200;

/** Makes the spool; the target is to be started with what the session says. */
export async function prepareV8(options: V8Options): Promise<EngineSession> {
  return new V8Session(options);
}

class V8Session implements EngineSession {
  readonly execArgv: string[];
  readonly nodeOptions: string[];
  readonly env: Record<string, string>;
  private readonly spool: string;
  private readonly recording: Recording;
  private readonly collector: Collector;
  private readonly timer: NodeJS.Timeout;
  private readonly clocks = new ThreadClocks();
  private readonly names = new ThreadNames();
  /** Whether what is read from now on is of the recording, and not of the delay before it. */
  private counting: boolean;

  constructor(private readonly options: V8Options) {
    const { profile, frequencyHz, delayMs, children, isNode } = options;
    const startNs = options.startNs ?? process.hrtime.bigint();
    this.spool = makeSpool(options.spoolDir ?? tmpdir());
    const config: AgentConfig = {
      spool: this.spool,
      intervalUs: Math.max(1, Math.round(1e6 / frequencyHz)),
      profileFromNs: String(startNs + BigInt(Math.round(delayMs * 1e6))),
      children,
      ...(children || isNode ? {} : { onlyChildOf: process.pid }),
    };
    this.env = { [CONFIG_VARIABLE]: JSON.stringify(config) };
    const preload = agentFile('preload.cjs', options.spoolDir ?? null);
    // By NODE_OPTIONS where it can be: it reaches children, and process.execArgv stays as it was.
    const onCommandLine = isNode && !children;
    this.execArgv = options.mayPreload && onCommandLine ? ['--require', preload] : [];
    this.nodeOptions = options.mayPreload && !onCommandLine ? [`--require=${quotedOption(preload)}`] : [];
    this.recording = {
      profile,
      zeroUs: Number(startNs / 1000n),
      scripts: new Map(),
      ownScripts: [AGENT_URL, ...agentScripts(preload)],
      clocks: this.clocks,
      rows: new TaskRows(profile),
    };
    profile.info.engine = 'v8';
    this.counting = delayMs === 0;
    this.collector = new Collector({
      recording: this.recording,
      intake: new SpoolIntake(this.spool),
      onBatch: options.onBatch,
    });
    // What fails here fails again, and is told, when the recording ends.
    this.timer = setInterval(() => this.collector.poll().catch(() => {}), POLL_MS);
    this.timer.unref();
  }

  started(_pid: number, startNs: bigint): void {
    this.recording.zeroUs = Number(startNs / 1000n);
  }

  tick(timeUs: number): void {
    if (timeUs < this.options.delayMs * 1000) return;
    const pids = this.collector.unfinished.map(({ pid }) => pid);
    this.clocks.read(pids, !this.counting);
    this.counting = true;
    for (const pid of pids) this.names.look(pid);
  }

  /** Has every agent hand over its last samples and leave; the programs run on. */
  flush(): Promise<void> {
    return this.collector.stop();
  }

  async finish(): Promise<void> {
    try {
      await this.flush();
      const { profile } = this.options;
      chargeThreads(profile, this.clocks, this.names, this.collector.processes);
      noteQuality(profile, this.collector.processes, Number(process.hrtime.bigint() / 1000n));
      notePause(profile, this.collector.processes);
      noteProgram(profile);
    } finally {
      clearInterval(this.timer);
      rmSync(this.spool, { recursive: true, force: true });
    }
  }
}

/** A directory of ours that nobody else can look into. @throws UserError when `parent` cannot be written to */
export function makeSpool(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'stackscope-'));
  } catch (error) {
    const message = `The V8 engine needs a place for its pieces, and ${parent} is not writable (${(error as Error).message}); set TMPDIR.`;
    throw new UserError('V8_NO_SPOOL', message, 125);
  }
}

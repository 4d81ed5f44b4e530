/**
 * The V8 engine: an agent in every Node process that is started (src/agent) writes pieces of V8 CPU profile into a
 * spool directory; they are read and merged here while the program runs.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../profile/errors.js';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { agentFile, quotedOption } from '../agent-files.js';
import type { EngineSession } from '../engine.js';
import { AGENT_URL, type AgentConfig, CONFIG_VARIABLE, STOP_FILE } from './agent-protocol.js';
import { noteProgram, noteQuality } from './notes.js';
import { RecordedProcess, type Recording, recordedParent } from './recorded-process.js';
import { drainSpool, type SpooledRecord } from './spool-reader.js';

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
/** How long running programs may take to hand over their last pieces. */
const STOP_LIMIT_MS = 3000;

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
  private readonly processes = new Map<string, RecordedProcess>();
  private readonly timer: NodeJS.Timeout;
  private polling: Promise<void> = Promise.resolve();

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
      ownScripts: [AGENT_URL, preload],
    };
    profile.info.engine = 'v8';
    // What fails here fails again, and is told, when the recording ends.
    this.timer = setInterval(() => this.poll().catch(() => {}), POLL_MS);
    this.timer.unref();
  }

  started(_pid: number, startNs: bigint): void {
    this.recording.zeroUs = Number(startNs / 1000n);
  }

  /** Has every agent hand over its last samples and leave; the programs run on. */
  async flush(): Promise<void> {
    if (!existsSync(this.spool)) return;
    writeFileSync(join(this.spool, STOP_FILE), '');
    const limit = nowUs() + STOP_LIMIT_MS * 1000;
    await this.poll();
    while (this.unfinished().length > 0 && nowUs() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await this.poll();
    }
  }

  async finish(): Promise<void> {
    try {
      await this.flush();
      noteQuality(this.options.profile, [...this.processes.values()], nowUs());
      noteProgram(this.options.profile);
    } finally {
      clearInterval(this.timer);
      rmSync(this.spool, { recursive: true, force: true });
    }
  }

  /** Processes that live and have not said that they are done. */
  private unfinished(): RecordedProcess[] {
    return [...this.processes.values()].filter(({ end, goneUs }) => !end && goneUs === undefined);
  }

  private poll(): Promise<void> {
    this.polling = this.polling.then(() => this.collect());
    return this.polling;
  }

  private async collect(): Promise<void> {
    // Who is gone is noted first: what it has written is complete then.
    const gone = this.unfinished().filter(({ pid }) => !existsSync(`/proc/${pid}`));
    const now = nowUs();
    for (const spooled of drainSpool(this.spool)) {
      this.add(spooled);
      await this.options.onBatch?.(this.options.profile);
    }
    await this.options.onBatch?.(this.options.profile);
    for (const process of gone) process.goneUs = now;
  }

  private add({ process: key, record }: SpooledRecord): void {
    const { quality } = this.options.profile;
    if (record.kind === 'process') {
      const parent = recordedParent(record.ppid, this.processes.values());
      this.processes.set(key, new RecordedProcess(this.recording, record, parent));
    } else if (record.kind === 'failed') {
      const pid = key.slice(0, key.indexOf('-'));
      quality.note('V8_AGENT_FAILED', `V8's profiler failed in process ${pid}: ${record.reason}.`);
    } else {
      this.addToProcess(key, record);
    }
  }

  private addToProcess(key: string, record: SpooledRecord['record']): void {
    try {
      this.processes.get(key)?.add(record);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.options.profile.quality.note(
        'V8_BAD_PIECE',
        `A piece of V8's profile was left out: ${error.message}.`,
      );
    }
  }
}

function makeSpool(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'stackscope-'));
  } catch (error) {
    const message = `The V8 engine needs a place for its pieces, and ${parent} is not writable (${(error as Error).message}); set TMPDIR.`;
    throw new UserError('V8_NO_SPOOL', message, 125);
  }
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

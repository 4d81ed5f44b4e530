import { existsSync } from 'node:fs';
import { Malformed } from '../../profile/malformed.js';
import type { Profile } from '../../profile/profile.js';
import { Turns } from '../turns.js';
import type { AgentRecord } from './agent-protocol.js';
import type { HandedRecord, Intake } from './intake.js';
import { RecordedProcess, type Recording, recordedParent } from './recorded-process.js';

/** How long running programs may take to hand over their last pieces. */
const STOP_LIMIT_MS = 3000;

export interface CollectorOptions {
  readonly recording: Recording;
  /** Where the agents' records come in. */
  readonly intake: Intake;
  /** As in `EnginePlan`. */
  readonly onBatch?: ((profile: Profile) => Promise<void>) | undefined;
  /** Puts into our terms what an agent tells from another pid namespace. */
  readonly translate?: (record: AgentRecord) => AgentRecord;
  /** Shared with another engine that fills the same profile. */
  readonly turns?: Turns;
}

/** Takes in what the agents have written, as long as they write, and has them end. */
export class Collector {
  /** Why agents failed. */
  readonly failures: string[] = [];
  private readonly known = new Map<string, RecordedProcess>();
  private polling: Promise<void> = Promise.resolve();
  private readonly turns: Turns;

  constructor(private readonly options: CollectorOptions) {
    this.turns = options.turns ?? new Turns();
  }

  get processes(): RecordedProcess[] {
    return [...this.known.values()];
  }

  /** Processes that live and have not said that they are done. */
  get unfinished(): RecordedProcess[] {
    return this.processes.filter(({ end, goneUs }) => !end && goneUs === undefined);
  }

  /** Has every agent hand over its last samples and leave; the programs run on. */
  async stop(): Promise<void> {
    if (!this.options.intake.stop()) return;
    const limit = performance.now() + STOP_LIMIT_MS;
    await this.poll();
    while (this.unfinished.length > 0 && performance.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await this.poll();
    }
  }

  poll(): Promise<void> {
    this.polling = this.polling.then(() => this.turns.run(() => this.collect()));
    return this.polling;
  }

  private async collect(): Promise<void> {
    const { intake, recording, onBatch } = this.options;
    // Who is gone is noted first: what it has written is complete then.
    const gone = this.unfinished.filter(({ pid }) => !existsSync(`/proc/${pid}`));
    const now = Number(process.hrtime.bigint() / 1000n);
    for (const handed of intake.drain()) {
      this.add(handed);
      await onBatch?.(recording.profile);
    }
    await onBatch?.(recording.profile);
    for (const process of gone) process.goneUs = now;
  }

  private add({ process: key, record: told }: HandedRecord): void {
    const { recording, translate } = this.options;
    const record = translate?.(told) ?? told;
    if (record.kind === 'process') {
      const parent = recordedParent(record.ppid, this.known.values());
      this.known.set(key, new RecordedProcess(recording, record, parent));
    } else if (record.kind === 'failed') {
      this.failures.push(record.reason);
      const pid = key.slice(0, key.indexOf('-'));
      recording.profile.quality.note(
        'V8_AGENT_FAILED',
        `V8's profiler failed in process ${pid}: ${record.reason}.`,
      );
    } else {
      this.addToProcess(key, record);
    }
  }

  private addToProcess(key: string, record: AgentRecord): void {
    try {
      this.known.get(key)?.add(record);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.options.recording.profile.quality.note(
        'V8_BAD_PIECE',
        `A piece of V8's profile was left out: ${error.message}.`,
      );
    }
  }
}

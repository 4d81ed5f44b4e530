import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../profile/errors.js';
import type { Profile } from '../../profile/profile.js';
import { isAlive, threadIds } from '../procfs.js';
import type { Turns } from '../turns.js';
import { Collector } from '../v8/collector.js';
import type { RecordedProcess, Recording } from '../v8/recorded-process.js';
import { type Injection, inject, type ProcessFacts } from './inject.js';
import { diedDuring, openInspector, untilClosed } from './inspector-port.js';
import { Network } from './network.js';
import { type PausePlan, planPause } from './pause.js';
import { outerIds } from './pid-namespace.js';
import { type Place, placeFor } from './place.js';
import type { AttachTarget } from './target.js';
import { WokenWorkers } from './woken-workers.js';

/** Starting a thread in the target, and the profiler in a large heap, takes seconds at most. */
const SAMPLING_LIMIT_MS = 20_000;
/** How long the agent's thread may take to be gone. */
const LEAVE_LIMIT_MS = 1000;

export interface AttachPlan {
  readonly recording: Recording;
  readonly intervalUs: number;
  readonly maxPauseMs: number;
  readonly onBatch: (profile: Profile) => Promise<void>;
  /** Shared with another engine that fills the same profile. */
  readonly turns: Turns;
  /** Told before the program is stopped. */
  readonly onPause: (target: AttachTarget, facts: ProcessFacts, pause: PausePlan) => void;
}

/** A process that we record from inside, until `stop`. */
export class AttachedProcess {
  /** How long its inspector was open, in milliseconds; undefined when it was so before. */
  openMs: number | undefined;

  private constructor(
    readonly target: AttachTarget,
    readonly injection: Injection,
    private readonly place: Place,
    readonly collector: Collector,
    private readonly woken: WokenWorkers,
  ) {}

  /** @throws UserError when it cannot be; it is left as found then */
  static async attach(target: AttachTarget, plan: AttachPlan): Promise<AttachedProcess> {
    const network = await Network.enter(target.pid);
    let place: Place | undefined;
    const woken = new WokenWorkers(target);
    try {
      const ours = await placeFor(target);
      place = ours;
      const inspector = await openInspector(target, network);
      const opened = performance.now();
      const injection = await inject(target, inspector, (facts) => {
        const mayName = !target.env.has('NODE_V8_COVERAGE');
        const pause = planPause(target.pid, facts, plan.maxPauseMs, mayName);
        plan.onPause(target, facts, pause);
        return {
          pause,
          streamer: ours.streamer,
          config: {
            ...ours.config,
            intervalUs: plan.intervalUs,
            profileFromNs: '0',
            children: false,
            attached: { nameOlder: pause.nameOlder, closeInspector: inspector.opened },
          },
        };
      });
      const closed = inspector.opened ? untilClosed(target.pid, inspector) : undefined;
      const { recording, onBatch, turns } = plan;
      const collector = new Collector({
        ...{ recording, intake: ours.intake, onBatch, turns },
        translate: outerIds(target),
      });
      const attached = new AttachedProcess(target, injection, ours, collector, woken);
      await attached.sampling();
      await woken.close();
      attached.openMs = closed && (await closed) - opened;
      return attached;
    } catch (error) {
      place?.remove();
      throw error;
    } finally {
      network.leave();
    }
  }

  get process(): RecordedProcess | undefined {
    return this.collector.processes[0];
  }

  get isAlive(): boolean {
    return isAlive(this.target.pid, this.target.startTicks);
  }

  /** To be called every second: lets the agent know that we are there. */
  async beat(): Promise<void> {
    this.place.beat();
    await this.woken.close();
  }

  /** Has the agent leave. Whether it is gone without a trace, or asleep until the program comes back to its loop. */
  async stop(): Promise<boolean> {
    try {
      await this.woken.close();
      await this.collector.stop();
      const { process, target } = this;
      const isHere = () => process !== undefined && threadIds(target.pid).includes(process.agentTid);
      for (let waited = 0; isHere() && waited < LEAVE_LIMIT_MS; waited += 10) await sleep(10);
      return !isHere();
    } finally {
      this.place.remove();
    }
  }

  private async sampling(): Promise<void> {
    const { pid } = this.target;
    for (let waited = performance.now(); performance.now() - waited < SAMPLING_LIMIT_MS; await sleep(10)) {
      const alive = this.isAlive;
      await this.collector.poll();
      if (this.process?.isSampled) return;
      const [reason] = this.collector.failures;
      if (reason !== undefined) throw failed(pid, reason);
      if (!alive) throw diedDuring(pid, 'the profiler was being started in it');
    }
    throw failed(pid, 'its profiler did not start');
  }
}

function failed(pid: number, reason: string): UserError {
  const message = `V8's profiler cannot be started in process ${pid}: ${reason}; record it with perf, or from its start.`;
  return new UserError('ATTACH_REFUSED', message, 125);
}

import type { ChosenEngine } from './choose-engine.js';
import type { EnginePlan, TargetExit } from './engine.js';
import type { Launched } from './launch-thread.js';
import { PortLoad } from './port-load.js';
import { isAlive } from './procfs.js';
import type { RecordingControl, RecordOptions } from './record.js';
import type { WorkDir } from './work-dir.js';

const TICK_MS = 50;
const PROGRESS_MS = 500;
/** How long the target may take to end after SIGTERM before the user is told. */
const TERM_PATIENCE_MS = 10_000;

interface Run {
  readonly options: RecordOptions;
  readonly plan: EnginePlan;
  readonly launched: Launched;
  readonly engine: ChosenEngine;
  readonly workDir: WorkDir | undefined;
}

/** Watches over the launched target until it ends, or is let go after its time with `keep`. */
export async function runTarget(run: Run): Promise<TargetExit> {
  const target = new RunningTarget(run);
  try {
    return await target.end();
  } finally {
    target.unwatch();
  }
}

class RunningTarget implements RecordingControl {
  readonly pid: number;
  readonly engine: 'perf' | 'v8';
  readonly why: string;
  private readonly timers: NodeJS.Timeout[] = [];
  private exit: TargetExit | undefined;
  private letGo!: (exit: TargetExit) => void;
  private notedVersion = 0;
  private load: PortLoad | undefined;

  constructor(private readonly run: Run) {
    this.pid = run.launched.pid;
    this.engine = run.engine.name;
    this.why = run.engine.why;
  }

  async end(): Promise<TargetExit> {
    const { options, launched } = this.run;
    const letGo = new Promise<TargetExit>((resolve) => {
      this.letGo = resolve;
    });
    const exited = launched.exited.then(({ code, signal, cpuNs }) => {
      this.exit = { code, signal };
      // The load was a child of ours too.
      return this.load === undefined && cpuNs !== undefined ? { ...this.exit, cpuNs } : this.exit;
    });
    this.watch();
    options.events?.launched?.(this);
    return Promise.race([exited, letGo]);
  }

  unwatch(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.load?.kill();
    this.look();
  }

  signal(signal: NodeJS.Signals): void {
    if (this.exit !== undefined) return;
    try {
      process.kill(this.pid, signal);
    } catch {
      // It has just ended, or has become another user's.
    }
  }

  kill(): void {
    this.look();
    this.signal('SIGKILL');
    for (const { pid, startTicks } of this.run.plan.tree.alive) {
      if (pid === this.pid || !isAlive(pid, startTicks)) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // As above.
      }
    }
  }

  private watch(): void {
    const { options, plan } = this.run;
    this.timers.push(setInterval(() => this.tick(), TICK_MS));
    this.timers.push(setInterval(() => this.progress(), PROGRESS_MS));
    if (options.durationMs !== undefined) {
      this.timers.push(setTimeout(() => void this.timeIsUp(), plan.delayMs + options.durationMs));
    }
    if (options.onPort !== undefined) this.load = new PortLoad(options.onPort, plan);
    this.look();
  }

  private tick(): void {
    const { engine } = this.run;
    engine.session.tick?.(this.elapsedUs());
    this.note();
    if (this.load?.tryStart()) void this.load.ended().then((problem) => this.loadEnded(problem));
  }

  /** Brings up to date what the launching thread tells of the processes. */
  private look(): void {
    this.run.plan.tree.look();
    this.note();
  }

  private note(): void {
    const { plan, workDir } = this.run;
    if (plan.tree.version !== this.notedVersion) workDir?.note(plan.tree);
    this.notedVersion = plan.tree.version;
  }

  private progress(): void {
    const samples = this.run.plan.profile.series.reduce((sum, series) => sum + series.sampleCount, 0);
    this.run.options.events?.progress?.({ elapsedMs: this.elapsedUs() / 1000, samples });
  }

  private async timeIsUp(): Promise<void> {
    const { options, engine } = this.run;
    await engine.session.flush();
    if (options.keep) this.letGo({ code: null, signal: null });
    else this.terminate();
  }

  private loadEnded(problem: string | undefined): void {
    if (this.exit !== undefined) return;
    if (problem !== undefined) this.run.options.events?.notice?.(problem);
    this.terminate();
  }

  private terminate(): void {
    this.signal('SIGTERM');
    const tell = () => this.run.options.events?.notice?.('The program is still running after SIGTERM.');
    this.timers.push(setTimeout(tell, TERM_PATIENCE_MS));
  }

  private elapsedUs(): number {
    return Number((process.hrtime.bigint() - this.run.engine.startNs) / 1000n);
  }
}

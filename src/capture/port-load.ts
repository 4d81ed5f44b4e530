import { type ChildProcess, spawn } from 'node:child_process';
import type { EnginePlan } from './engine.js';
import { listeningPort } from './listening-port.js';

/** The load of `--on-port`: a shell command that is started once the target listens. */
export class PortLoad {
  private child: ChildProcess | undefined;

  constructor(
    private readonly command: string,
    private readonly plan: EnginePlan,
  ) {}

  /** Starts the load if the target listens by now; true once, when it does. */
  tryStart(): boolean {
    if (this.child !== undefined) return false;
    const port = listeningPort(this.plan.tree.alive);
    if (port === undefined) return false;
    this.child = spawn('/bin/sh', ['-c', this.command], {
      cwd: this.plan.cwd,
      env: { ...this.plan.env, PORT: String(port) },
      // Its words go to stderr: stdout is the target's.
      stdio: ['ignore', 2, 2],
      // A group of its own, so that all of it can be ended.
      detached: true,
    });
    return true;
  }

  /** Resolves when the load has ended, with a sentence if it failed. */
  ended(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.child!.on('error', (error) => resolve(`The load could not be started: ${error.message}.`));
      this.child!.on('exit', (code, signal) => {
        resolve(code === 0 ? undefined : `The load failed (${signal ?? `exit code ${code}`}).`);
      });
    });
  }

  kill(): void {
    const { child } = this;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has just ended.
    }
  }
}

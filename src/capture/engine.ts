import type { Profile } from '../profile/profile.js';
import type { ProcessTree } from './process-tree.js';

/** How the launched command ended. Exactly one of the two is not null, but for `--keep`: then both are. */
export interface TargetExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /**
   * CPU time in ns of the launched process and of those it waited for, as the kernel gave it account of them: exact
   * but for the last 10 ms. Absent when other processes of ours may be in it.
   */
  readonly cpuNs?: number;
}

/** What an engine is told before the target starts. */
export interface EnginePlan {
  /** The command as typed; `command[0]` is what the target sees as its `argv[0]`. */
  readonly command: readonly string[];
  /** The executable that `command[0]` was found to be. */
  readonly file: string;
  /** Whether that executable is node itself, so that flags can be put on its command line. */
  readonly isNode: boolean;
  readonly cwd: string;
  /** The environment the target will have, before an engine's additions. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly frequencyHz: number;
  /** The event perf samples. */
  readonly event: string;
  /** Milliseconds from the target's start until samples are wanted. */
  readonly delayMs: number;
  /** Whether processes that the target starts are recorded too. */
  readonly children: boolean;
  /**
   * A new directory of ours with an unguessable name, which others cannot list; removed after the recording.
   * Null when there is no writable place for it.
   */
  readonly workDir: string | null;
  /** The thread that will fork the target: what is attached to it (perf's events) the target inherits. */
  readonly launchTid: number;
  readonly profile: Profile;
  /** The processes of the target seen so far. */
  readonly tree: ProcessTree;
  /**
   * To be awaited at moments when nobody else changes the profile, several times a second: writes out the samples
   * that are due, and drains the series.
   */
  readonly onBatch: (profile: Profile) => Promise<void>;
}

/** One engine's work on one recording. The calls come in the order of the members. */
export interface EngineSession {
  /** Flags for node's own command line, put before the program's. Empty unless `plan.isNode`. */
  readonly execArgv: readonly string[];
  /** Options to be appended to NODE_OPTIONS, quoted as Node wants them. */
  readonly nodeOptions: readonly string[];
  /** More environment for the target. As little as possible: it is visible to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The target was spawned; `startNs` on CLOCK_MONOTONIC is the recording's time zero. */
  started?(pid: number, startNs: bigint): void;
  /** Called about every 50 ms while the target runs, with the time in microseconds from the start. */
  tick?(timeUs: number): void;
  /** The recording is about to end (a signal will be sent, or `--keep`): get out what only the living can tell. */
  flush(): Promise<void>;
  /** The target ended, or is let go: collect the rest, fill the profile, remove everything of ours. */
  finish(exit: TargetExit): Promise<void>;
}

/** Where the recording goes. `RecordingWriter` of profile/file is one. */
export interface RecordingSink {
  /** Writes what is new in the tables and all pending samples, and drains the series. */
  append(profile: Profile): Promise<void>;
  /** Writes the rest and ends the file. */
  finish(profile: Profile): Promise<void>;
}

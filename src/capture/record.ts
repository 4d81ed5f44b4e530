import { tmpdir } from 'node:os';
import { Profile } from '../profile/profile.js';
import { applySourceMaps, commandRoots } from '../symbols/source-maps/index.js';
import { type ChosenEngine, chooseEngine, type EngineChoice } from './choose-engine.js';
import type { EnginePlan, RecordingSink, TargetExit } from './engine.js';
import { findCommand, isNodeBinary } from './find-command.js';
import { LaunchThread } from './launch-thread.js';
import { type IoChoice, RecordedOperations } from './operations/index.js';
import { ProcessTree } from './process-tree.js';
import { describeProcesses, type Program, programOf } from './program.js';
import { runTarget } from './run-target.js';
import { SampleOutput } from './sample-output.js';
import { targetEnvironment } from './target-environment.js';
import { Throttling } from './throttling.js';
import { WorkDir } from './work-dir.js';

export type { EngineChoice, IoChoice };

const DEFAULT_FREQUENCY_HZ = 997;

/** What to record, and how. */
export interface RecordOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Where the recording goes while it is made. */
  readonly sink: RecordingSink;
  /** Default: ours. */
  readonly cwd?: string;
  /** Default: ours. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** `auto`, the default, is perf where it works and V8 elsewhere. */
  readonly engine?: EngineChoice;
  /** Where outbound calls are seen from; `auto`, the default, is by hooks inside the program. */
  readonly io?: IoChoice;
  /** Samples per second and thread on a CPU; default 997. */
  readonly frequencyHz?: number;
  /** The event perf samples; default `cpu-clock`. */
  readonly event?: string;
  /** Milliseconds from the program's start until it is sampled. */
  readonly delayMs?: number;
  /** Milliseconds of recording, after which the program gets SIGTERM. */
  readonly durationMs?: number;
  /** Let the program run on after `durationMs`. */
  readonly keep?: boolean;
  /** Whether processes that the program starts are recorded too; default true. */
  readonly children?: boolean;
  /** A shell command to be run with PORT set once the program listens; when it ends, the program gets SIGTERM. */
  readonly onPort?: string;
  /** Whether functions of scripts with source maps are shown as they were written; default true. */
  readonly sourceMaps?: boolean;
  /** A writable folder to use when the system's temporary one is not. */
  readonly spareDirectory?: string;
  readonly events?: RecordEvents;
}

/** Told while a recording is made. */
export interface RecordEvents {
  launched?(control: RecordingControl): void;
  /** Twice a second. */
  progress?(progress: RecordProgress): void;
  /** Something the user should know at once, one sentence. */
  notice?(message: string): void;
}

export interface RecordProgress {
  readonly elapsedMs: number;
  readonly samples: number;
}

/** The running program, for who must pass signals on to it. */
export interface RecordingControl {
  readonly pid: number;
  readonly engine: 'perf' | 'v8';
  /** Why not the better engine; '' when this is the best. */
  readonly why: string;
  /** Does nothing once the program has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Kills the program and every process it started that is still there. */
  kill(): void;
}

export interface RecordResult {
  readonly exit: TargetExit;
  readonly engine: 'perf' | 'v8';
  /** The process that did the program's own work, by its pid and command; null when none was sampled. */
  readonly program: Program | null;
  readonly samples: number;
}

/**
 * Runs a command to its end and records it. The command has our standard streams and process group. Prints
 * nothing; signals are the caller's business (see `RecordingControl`).
 * @throws UserError when it cannot be run (126, 127), the engine cannot work or the sink fails (125)
 */
export async function record(options: RecordOptions): Promise<RecordResult> {
  const file = findCommand(options.command[0] ?? '', (options.env ?? process.env)['PATH']);
  const spare = options.spareDirectory === undefined ? [] : [options.spareDirectory];
  const workDir = WorkDir.create([tmpdir(), ...spare]);
  const thread = await LaunchThread.start();
  const tree = new ProcessTree();
  let describe = () => {};
  const output = new SampleOutput(options.sink, () => describe(), options.events?.notice);
  let operations: RecordedOperations | undefined;
  try {
    const plan = planOf(options, file, { tree, thread, workDir }, async (profile) => {
      operations?.collect();
      await output.append(profile);
    });
    operations = new RecordedOperations(options.io ?? 'auto', plan);
    const chosen = await chooseEngine(options.engine ?? 'auto', plan);
    operations.zeroUs = Number(chosen.startNs / 1000n);
    const flags = [...operations.additions.execArgv, ...chosen.session.execArgv];
    // For who has to recover it.
    describe = () => describeSoFar(plan, flags);
    const exit = await runAndCollect(options, plan, chosen, { thread, workDir, operations });
    operations.finish();
    describeProcesses(plan.profile, tree, exit, flags);
    if (options.sourceMaps !== false) {
      applySourceMaps(plan.profile, { roots: commandRoots(options.command, plan.cwd) });
    }
    await output.finish(plan.profile);
    return { exit, engine: chosen.name, program: programOf(plan.profile), samples: samplesOf(plan.profile) };
  } finally {
    await thread.end();
    workDir?.clean(tree);
  }
}

interface Parts {
  readonly tree: ProcessTree;
  readonly thread: LaunchThread;
  readonly workDir: WorkDir | undefined;
  readonly operations: RecordedOperations;
}

function planOf(
  options: RecordOptions,
  file: string,
  { tree, thread, workDir }: Omit<Parts, 'operations'>,
  onBatch: EnginePlan['onBatch'],
): EnginePlan {
  const profile = new Profile();
  profile.info.command = options.command.join(' ');
  profile.info.frequencyHz = options.frequencyHz ?? DEFAULT_FREQUENCY_HZ;
  return {
    command: options.command,
    file,
    isNode: isNodeBinary(file),
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    frequencyHz: profile.info.frequencyHz,
    event: options.event ?? 'cpu-clock',
    delayMs: options.delayMs ?? 0,
    children: options.children ?? true,
    workDir: workDir?.path ?? null,
    launchTid: thread.tid,
    profile,
    tree,
    onBatch,
  };
}

/** Launches the target, waits for its end, and has the engine collect. */
async function runAndCollect(
  options: RecordOptions,
  plan: EnginePlan,
  { session, name, why, startNs }: ChosenEngine,
  { thread, workDir, operations: { additions } }: Omit<Parts, 'tree'>,
): Promise<TargetExit> {
  let exit: TargetExit = { code: null, signal: null };
  let throttling: Throttling | undefined;
  const { command, file, cwd, profile, tree } = plan;
  profile.info.startedMs = Date.now();
  try {
    const argv = [command[0], ...session.execArgv, ...additions.execArgv, ...command.slice(1)];
    const env = targetEnvironment(targetEnvironment(plan.env, session), additions);
    const launched = await thread.launch({ file, argv, cwd, env }, (news) => tree.merge(news));
    tree.start(launched.pid);
    session.started?.(launched.pid, startNs);
    throttling = new Throttling(launched.pid);
    exit = await runTarget({ options, launched, engine: { name, why, session, startNs }, plan, workDir });
  } finally {
    profile.info.durationUs = Number((process.hrtime.bigint() - startNs) / 1000n);
    throttling?.note(profile);
    await session.finish(exit);
  }
  return exit;
}

function describeSoFar({ profile, tree }: EnginePlan, ourFlags: readonly string[]): void {
  profile.info.durationUs = Math.max(0, Date.now() - profile.info.startedMs) * 1000;
  describeProcesses(profile, tree, { code: null, signal: null }, ourFlags);
}

function samplesOf(profile: Profile): number {
  return profile.series.reduce((sum, series) => sum + series.sampleCount, 0);
}

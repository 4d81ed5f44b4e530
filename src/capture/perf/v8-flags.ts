/**
 * V8's flags that give run-time code its names. They can harm: V8 aborts when it cannot write its map, and prints
 * its log on the program's stdout when it cannot write that. So both places are tried first, as the target's user.
 */
import { accessSync, chmodSync, constants, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentFile, quotedOption } from '../agent-files.js';
import type { EnginePlan } from '../engine.js';
import { tryNode } from './try-node.js';

const NAMING_FLAGS = ['--perf-basic-prof', '--interpreted-frames-native-stack'];
/** Where V8 writes maps when no flag says otherwise; not `os.tmpdir()`. */
const DEFAULT_MAP_DIRECTORY = '/tmp';

/** The flags a recording will use, and what had to be left out. */
export interface V8Flags {
  readonly execArgv: readonly string[];
  readonly nodeOptions: readonly string[];
  /** Node's version, when it was asked. */
  readonly nodeVersion: string;
  /** Whose JavaScript will have no names. */
  readonly unnamed: 'nobody' | 'children' | 'everybody';
  /** Why, when it is not `nobody`. */
  readonly reason: string;
}

/** Finds the flags that this target can have without harm. */
export async function planV8Flags(plan: EnginePlan): Promise<V8Flags> {
  const forbidding = nodeArguments(plan).find((option) => /^--(snapshot-blob|build-snapshot)/.test(option));
  // A start-up snapshot is refused when V8's flags differ from those it was made with.
  if (forbidding !== undefined) return withoutFlags(`V8's naming flags do not go with ${forbidding}`);
  const whyNotInherited = whyUnwritable(DEFAULT_MAP_DIRECTORY) ?? whyUnwritable(plan.cwd);
  if (plan.isNode) return ownFlags(plan, whyNotInherited);
  if (whyNotInherited !== undefined) return withoutFlags(whyNotInherited);
  return { execArgv: [], nodeOptions: inherited(plan), nodeVersion: '', unnamed: 'nobody', reason: '' };
}

/**
 * Flags on node's own command line, where V8 can be told to write to our directory (its map from Node 22 on);
 * by NODE_OPTIONS for children, where it cannot.
 */
async function ownFlags(plan: EnginePlan, whyNotInherited: string | undefined): Promise<V8Flags> {
  const { workDir } = plan;
  if (workDir === null) return withoutFlags('there is no folder for temporary files that can be written to');
  const common = [...NAMING_FLAGS, ...logFlags(workDir), ...hidingFlags(plan)];
  let flags = [...common, `--perf-basic-prof-path=${workDir}`];
  let trial = await tryNode(plan, flags);
  if ('refusal' in trial) {
    flags = common;
    trial = await tryNode(plan, flags);
  }
  if ('refusal' in trial) return withoutFlags(whyUnwritable(DEFAULT_MAP_DIRECTORY) ?? trial.refusal);
  const unnamedChildren = plan.children && whyNotInherited !== undefined;
  return {
    execArgv: flags,
    nodeOptions: plan.children && !unnamedChildren ? inherited(plan) : [],
    nodeVersion: trial.version,
    unnamed: unnamedChildren ? 'children' : 'nobody',
    reason: whyNotInherited ?? '',
  };
}

function withoutFlags(reason: string): V8Flags {
  return { execArgv: [], nodeOptions: [], nodeVersion: '', unnamed: 'everybody', reason };
}

/** Where V8's log goes that nobody reads. */
export function logFileIn(workDir: string): string {
  return join(workDir, 'v8.log');
}

/** V8 insists on a log, and on a regular file for it. */
function logFlags(workDir: string): string[] {
  const logFile = logFileIn(workDir);
  writeFileSync(logFile, '');
  // Opened again for each worker, by whoever the target has become.
  chmodSync(logFile, 0o666);
  return [`--logfile=${logFile}`, '--no-logfile-per-isolate'];
}

/** A preload that keeps our flags from where they harm, see src/agent/naming.cts. */
function hidingFlags(plan: EnginePlan): string[] {
  return mayReadPreload(plan) ? [`--require=${agentFile('naming.cjs', plan.workDir)}`] : [];
}

/** What children get, by NODE_OPTIONS. */
function inherited(plan: EnginePlan): string[] {
  if (!mayReadPreload(plan)) return NAMING_FLAGS;
  return [...NAMING_FLAGS, `--require=${quotedOption(agentFile('naming.cjs', plan.workDir))}`];
}

/** Under the permission model of Node 20 it could not be read, and node would not start. */
function mayReadPreload(plan: EnginePlan): boolean {
  return !nodeArguments(plan).some((option) => /--(experimental-)?permission\b/.test(option));
}

/** The arguments that node would take as its own, a few of the program's among them. */
function nodeArguments({ command, env }: EnginePlan): string[] {
  return [...command.slice(1), ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)];
}

function whyUnwritable(directory: string): string | undefined {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return `V8 would write to ${directory}, which cannot be written to`;
  }
}

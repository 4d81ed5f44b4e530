import { basename } from 'node:path';
import type { ProcessId } from '../profile/processes.js';
import type { Profile } from '../profile/profile.js';
import type { TargetExit } from './engine.js';
import type { ProcessTree } from './process-tree.js';
import { signalNumber } from './signal-number.js';

/** The process that did the program's own work. */
export interface Program {
  readonly pid: number;
  readonly command: string;
}

/** What starts programs and is not meant when one asks for "the program". */
const LAUNCHERS = new Set([
  'npm',
  'npx',
  'pnpm',
  'pnpx',
  'yarn',
  'corepack',
  'tsx',
  'nodemon',
  'sh',
  'bash',
  'dash',
]);

/** Puts what was seen of the target's processes beside what the engine knows: whole command lines, the exit. */
export function describeProcesses(
  profile: Profile,
  tree: ProcessTree,
  exit: TargetExit,
  ourFlags: readonly string[],
): void {
  const { processes, info } = profile;
  for (const { pid, command } of tree.seen) {
    const row = lastRow(profile, pid);
    if (row !== undefined && command.length > 0)
      processes.setCommand(row, command.filter((word) => !ourFlags.includes(word)).join(' '));
  }
  const [root] = tree.seen;
  const row = root === undefined ? undefined : lastRow(profile, root.pid);
  if (row === undefined || (exit.code === null && exit.signal === null)) return;
  const end = processes.columns.end.data[row];
  const code = exit.signal === null ? exit.code! : 128 + signalNumber(exit.signal);
  processes.setEnd(row, Number.isNaN(end) ? info.durationUs : end, code);
}

/** The Node process that is no launcher with the most samples' weight; the process with the most without one. */
export function programOf(profile: Profile): Program | null {
  const weights = weightByProcess(profile);
  const heaviest = [...weights].sort(([, a], [, b]) => b - a).map(([row]) => row);
  const row = heaviest.find((candidate) => isProgram(profile.processes.command(candidate))) ?? heaviest[0];
  if (row === undefined) return null;
  return { pid: profile.processes.columns.pid.data[row], command: profile.processes.command(row) };
}

function weightByProcess({ series, threads }: Profile): Map<ProcessId, number> {
  const weights = new Map<ProcessId, number>();
  for (const { thread, totalWeight } of series) {
    const row = threads.columns.process.data[thread];
    weights.set(row, (weights.get(row) ?? 0) + totalWeight);
  }
  return weights;
}

/** Whether a command line is node running something that is no launcher; npm sets its own title (`npm run x`). */
function isProgram(command: string): boolean {
  const words = command.split(' ');
  if (!/^node(js)?/.test(basename(words[0]))) return false;
  const script = words.slice(1).find((word) => !word.startsWith('-')) ?? '';
  return !LAUNCHERS.has(basename(script).replace(/(-cli)?\.[cm]?js$/, ''));
}

/** The last row of a pid: an exec begins another. */
function lastRow({ processes }: Profile, pid: number): ProcessId | undefined {
  const row = processes.columns.pid.data.subarray(0, processes.length).lastIndexOf(pid);
  return row < 0 ? undefined : row;
}
